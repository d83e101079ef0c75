using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Manifold.Encoders;

namespace Manifold.Training;

/// <summary>
/// Makes videos from stills, since there are no captioned ones: each scene's picture moves and grows or shrinks on a white ground, and one scene fades into the next. What is seen when is so known.
/// </summary>
public static class VideoMaker
{
    /// <summary>Side of the square frames.</summary>
    public const int Side = 192;

    /// <summary>Length of a scene, without the fade.</summary>
    public const double SceneSeconds = 2;

    /// <summary>Length of a fade between two scenes.</summary>
    public const double FadeSeconds = 0.5;

    private const string Program = "ffmpeg";
    private const int Rate = 12, Channels = 3;
    private static readonly ImageDecoder Decoder = new();

    /// <summary>When a scene is seen without the others, in seconds.</summary>
    public static (double Start, double End) TimeOf(int scene)
    {
        double start = scene * (SceneSeconds + FadeSeconds);
        return (start, start + SceneSeconds);
    }

    /// <summary>Writes an MP4 file.</summary>
    /// <param name="path">Replaced where it is there.</param>
    /// <param name="scenes">What is seen, in order; at least one.</param>
    /// <param name="seed">Of the movements.</param>
    /// <param name="sound">A recording to be heard, or null.</param>
    /// <exception cref="InvalidDataException">ffmpeg is not there, or failed; the message says what to do.</exception>
    public static void Write(string path, IReadOnlyList<VideoScene> scenes, int seed, string? sound = null)
    {
        var random = new Random(seed);
        var movements = scenes.Select(scene => new Movement(Decode(scene.Picture), random)).ToArray();
        string temporary = $"{path}.{Environment.ProcessId}.mp4";
        string[] heard = sound is null ? [] : ["-i", sound, "-c:a", "aac", "-b:a", "48k", "-ac", "1"];
        var start = new ProcessStartInfo(Program) { RedirectStandardInput = true, RedirectStandardError = true };
        foreach (string argument in (string[])
            ["-nostdin", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", $"{Side}x{Side}", "-r", Rate.ToString(CultureInfo.InvariantCulture), "-i", "pipe:0", .. heard,
                "-c:v", "libx264", "-preset", "veryfast", "-crf", "27", "-pix_fmt", "yuv420p", "-map_metadata", "-1", "-movflags", "+faststart", temporary])
            start.ArgumentList.Add(argument);
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            try
            {
                var input = process.StandardInput.BaseStream;
                int frames = (int)Math.Round(((scenes.Count * (SceneSeconds + FadeSeconds)) - FadeSeconds) * Rate);
                for (int frame = 0; frame < frames; frame++)
                    input.Write(Draw(movements, (frame + 0.5) / Rate));
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended early, and says why.
            }

            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new InvalidDataException($"{Program} could not write {path}: {errors.GetAwaiter().GetResult().Trim()}");
            File.Move(temporary, path, overwrite: true);
        }
        catch (Win32Exception e)
        {
            throw new InvalidDataException($"{Program} is not there: videos are made with it. Install it (Debian: apt-get install ffmpeg).", e);
        }
        finally
        {
            if (File.Exists(temporary))
                File.Delete(temporary);
        }
    }

    private static byte[] Decode(Picture picture)
    {
        var pixels = new byte[Side * Side * Channels];
        Decoder.DecodeRgb(picture.ReadBytes(), Side, Side, ImageFit.Contain, RgbColor.White, ResampleFilter.Bicubic, pixels);
        return pixels;
    }

    private static byte[] Draw(Movement[] movements, double seconds)
    {
        const double period = SceneSeconds + FadeSeconds;
        int scene = Math.Min(movements.Length - 1, (int)(seconds / period));
        double within = seconds - (scene * period);
        byte[] frame = movements[scene].Draw(within / period);
        if (within > SceneSeconds && scene + 1 < movements.Length)
        {
            byte[] next = movements[scene + 1].Draw(0);
            double share = (within - SceneSeconds) / FadeSeconds;
            for (int i = 0; i < frame.Length; i++)
                frame[i] = (byte)Math.Round(((1 - share) * frame[i]) + (share * next[i]));
        }

        return frame;
    }

    /// <summary>A picture on its way from one place and size to another.</summary>
    private sealed class Movement(byte[] picture, Random random)
    {
        private readonly double _fromScale = 0.55 + (0.4 * random.NextDouble()), _toScale = 0.55 + (0.4 * random.NextDouble());
        private readonly double _fromX = random.NextDouble(), _toX = random.NextDouble(), _fromY = random.NextDouble(), _toY = random.NextDouble();

        /// <param name="share">From 0, the beginning, to 1.</param>
        public byte[] Draw(double share)
        {
            double scale = Between(_fromScale, _toScale, share), room = Side * (1 - scale);
            double left = room * Between(_fromX, _toX, share), top = room * Between(_fromY, _toY, share);
            var frame = new byte[Side * Side * Channels];
            Array.Fill(frame, byte.MaxValue);
            for (int y = 0; y < Side; y++)
            {
                double fromY = (y - top) / scale;
                if (fromY < 0 || fromY > Side - 1)
                    continue;
                for (int x = 0; x < Side; x++)
                {
                    double fromX = (x - left) / scale;
                    if (fromX >= 0 && fromX <= Side - 1)
                        Sample(fromX, fromY, frame.AsSpan(((y * Side) + x) * Channels, Channels));
                }
            }

            return frame;
        }

        private void Sample(double x, double y, Span<byte> pixel)
        {
            int left = (int)x, top = (int)y, right = Math.Min(Side - 1, left + 1), bottom = Math.Min(Side - 1, top + 1);
            double dx = x - left, dy = y - top;
            for (int c = 0; c < Channels; c++)
            {
                double upper = ((1 - dx) * At(left, top, c)) + (dx * At(right, top, c)), lower = ((1 - dx) * At(left, bottom, c)) + (dx * At(right, bottom, c));
                pixel[c] = (byte)Math.Round(((1 - dy) * upper) + (dy * lower));
            }
        }

        private byte At(int x, int y, int channel) => picture[(((y * Side) + x) * Channels) + channel];

        private static double Between(double from, double to, double share) => from + ((to - from) * share);
    }
}
