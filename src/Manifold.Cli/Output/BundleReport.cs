using System.Globalization;
using Manifold.Encoders;

namespace Manifold.Cli.Output;

/// <summary>Says what a new bundle is and where it is.</summary>
internal static class BundleReport
{
    public static void Print(Bundle bundle, string library, string done, Terminal terminal)
    {
        var manifest = bundle.Manifest;
        var modalities = manifest.Towers.Modalities.Select(m => m.ToString().ToLowerInvariant()).ToList();
        if (terminal.Json)
        {
            terminal.WriteJson(new { manifest.Name, manifest.Version, manifest.Dimension, Modalities = modalities, Bytes = Size(manifest), Path = bundle.Folder });
            return;
        }

        terminal.WriteLine($"{done} {manifest.Name} ({manifest.Version}): {string.Join(", ", modalities)}; dimension {manifest.Dimension}; {Megabytes(Size(manifest))} in {bundle.Folder}");
        var found = Path.GetFullPath(library) == BundleLibrary.DefaultPath ? "" : $" with --bundles {library}";
        terminal.Note($"'manifold serve' serves it from its next start{found}");
    }

    public static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:N1} MB");

    private static long Size(BundleManifest manifest) => manifest.Files.Values.Sum(f => f.Bytes);
}
