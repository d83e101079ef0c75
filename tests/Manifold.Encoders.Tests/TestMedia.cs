using System.Diagnostics;
using System.Globalization;

namespace Manifold.Encoders.Tests;

/// <summary>Recordings made on the spot by ffmpeg.</summary>
internal static class TestMedia
{
    /// <summary>The bytes of a file that ffmpeg writes.</summary>
    /// <param name="extension">Decides the container: "wav".</param>
    /// <param name="arguments">Inputs, filters and codecs.</param>
    public static byte[] Make(string extension, params string[] arguments)
    {
        string path = Path.Combine(Path.GetTempPath(), $"manifold-test-{Guid.NewGuid():N}.{extension}");
        try
        {
            Run("ffmpeg", ["-nostdin", "-v", "error", "-y", .. arguments, path]);
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>A tone in a file.</summary>
    public static byte[] Tone(double hertz, double seconds, string extension = "wav", params string[] arguments) =>
        Make(extension, ["-f", "lavfi", "-i", string.Create(CultureInfo.InvariantCulture, $"sine=f={hertz}:d={seconds}:r=48000"), .. arguments]);

    /// <summary>What espeak-ng says, as it streams it: a WAV at 22,050 Hz.</summary>
    public static byte[] Speech(string text)
    {
        using Process process = Process.Start(new ProcessStartInfo("espeak-ng", ["--stdout", text]) { RedirectStandardOutput = true })!;
        using var bytes = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(bytes);
        process.WaitForExit();
        return bytes.ToArray();
    }

    /// <summary>Scenes of one colour each, joined hard or by cross-fades, with a still moving or growing in front of it.</summary>
    /// <param name="scenes">ffmpeg's names of the colours.</param>
    /// <param name="seconds">Length of each.</param>
    /// <param name="fade">Seconds of the cross-fade into the next.</param>
    /// <param name="extension">The container.</param>
    /// <param name="arguments">Further inputs and codecs.</param>
    public static byte[] Scenes(string[] scenes, double seconds, double fade = 0, string extension = "mp4", params string[] arguments)
    {
        // Each is longer by the fade that it gives to the next one, so that scene i is whole from i × seconds.
        IEnumerable<string> inputs = scenes.SelectMany(
            c => (string[])["-f", "lavfi", "-i", string.Create(CultureInfo.InvariantCulture, $"color={c}:s=160x120:r=25:d={seconds + fade}")]);
        var graph = new List<string>();
        for (int i = 0; i < scenes.Length; i++)
        {
            // Two moving boxes of a scene's own shade, the second growing.
            graph.Add($"[{i}:v]drawbox=x='20+10*t':y=30:w=30:h=20:c=gray:t=fill,drawbox=x=90:y=60:w='10+6*t':h='10+6*t':c=white:t=fill,format=yuv420p[s{i}]");
        }

        string last = "s0";
        for (int i = 1; i < scenes.Length; i++)
        {
            graph.Add(fade > 0
                ? string.Create(CultureInfo.InvariantCulture, $"[{last}][s{i}]xfade=duration={fade}:offset={(i * seconds) - fade}[x{i}]")
                : $"[{last}][s{i}]concat=n=2[x{i}]");
            last = $"x{i}";
        }

        return Make(extension, [.. inputs, .. arguments, "-filter_complex", string.Join(';', graph), "-map", $"[{last}]", "-c:v", "libx264", "-preset", "ultrafast"]);
    }

    public static async Task<MediaFile> FileAsync(byte[] content) => await MediaFile.OfAsync(content, new MediaLimits(), TestContext.Current.CancellationToken);

    public static void Run(string program, IEnumerable<string> arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
    }
}
