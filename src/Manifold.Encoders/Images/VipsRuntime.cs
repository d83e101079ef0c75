using NetVips;

namespace Manifold.Encoders;

/// <summary>
/// Settings of libvips, which are global to the process: one thread an operation (requests already run side by side), no operation
/// cache (no picture comes twice), and a silent log (its default writes each warning of a damaged file to standard error).
/// </summary>
internal static class VipsRuntime
{
    // The delegate is held here because the native side keeps only a pointer to it.
    private static readonly Log.LogDelegate Silent = static (_, _, _) => { };

    static VipsRuntime()
    {
        foreach (string domain in (string[])["VIPS", "GLib", "GLib-GObject", "GLib-GIO", "librsvg", "Pango", "Fontconfig"])
            Log.SetLogHandler(domain, Enums.LogLevelFlags.All, Silent);
        NetVips.NetVips.Concurrency = 1;
        Cache.Max = 0;
    }

    /// <summary>Returns once the settings hold.</summary>
    public static void EnsureReady() => System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(VipsRuntime).TypeHandle);
}
