using System.Runtime.InteropServices;
using TorchSharp;

namespace Manifold.Training;

/// <summary>Makes the tensor library ready. Call it before anything of TorchSharp is touched.</summary>
internal static class TorchRuntime
{
    // libLibTorchSharp.so 0.107 asks for this version of libstdc++ (GCC 13) without using a symbol of it; Debian 12 has GCC 12's.
    private const string UnusedVersion = "GLIBCXX_3.4.32";
    private const string Library = "libLibTorchSharp.so";
    private static readonly Lock Gate = new();
    private static bool _ready;

    /// <summary>Loads the natives.</summary>
    /// <param name="threads">Threads of one operation; 0 for as many as there are cores.</param>
    /// <exception cref="FileNotFoundException">They are not there.</exception>
    /// <exception cref="InvalidOperationException">They cannot be loaded; the message says what the loader said.</exception>
    public static void EnsureReady(int threads = 0)
    {
        lock (Gate)
        {
            if (!_ready)
            {
                if (OperatingSystem.IsLinux())
                    LoadOnLinux();
                _ready = true;
            }

            torch.set_num_threads(threads > 0 ? threads : Environment.ProcessorCount);
        }
    }

    private static void LoadOnLinux()
    {
        // Beside the program where that was built for one platform only.
        string[] places = [Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", Library), Path.Combine(AppContext.BaseDirectory, Library)];
        string path = places.FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"The tensor library is not there: {places[0]}. It is built for linux-x64, win-x64 and osx-arm64.", places[0]);
        if (NativeLibrary.TryLoad(path, out _))
            return;
        byte[] library = File.ReadAllBytes(path);
        if (ElfVersionNeeds.MakeWeak(library, UnusedVersion))
        {
            string temporary = $"{path}.{Environment.ProcessId}.tmp";
            File.WriteAllBytes(temporary, library);
            File.Move(temporary, path, overwrite: true);
        }

        try
        {
            NativeLibrary.Load(path);
        }
        catch (DllNotFoundException e)
        {
            throw new InvalidOperationException($"The tensor library cannot be loaded: {e.Message}", e);
        }
    }
}
