using System.ComponentModel;
using System.Diagnostics;
using Manifold.Encoders;

namespace Manifold.Cli.Demo;

/// <summary>The program that decodes recordings and videos.</summary>
internal static class MediaTools
{
    /// <summary>Whether it can be started.</summary>
    public static bool AreThere()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(new EncoderOptions().Ffmpeg, "-version") { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
