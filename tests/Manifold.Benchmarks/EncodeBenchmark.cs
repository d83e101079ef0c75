using System.CommandLine;
using System.Diagnostics;
using Manifold.Encoders;

namespace Manifold.Benchmarks;

/// <summary>
/// Encoding on one thread: pictures (read before, then decoded, preprocessed and run through the model) and short texts. Prints items
/// per second and per CPU-second of the whole process; the second is the figure to read on a machine that does other things too.
/// </summary>
internal static class EncodeBenchmark
{
    public static Command Create()
    {
        Option<DirectoryInfo?> bundle = new("--bundle") { Description = "Bundle to run; without one, pictures are only decoded and preprocessed." };
        Option<DirectoryInfo> images = new("--images") { Description = "Folder of pictures, searched with its subfolders.", Required = true };
        Option<int> batch = new("--batch") { Description = "Items in a batch.", DefaultValueFactory = _ => 32 };
        Option<int> side = new("--side") { Description = "Target side in pixels where there is no bundle.", DefaultValueFactory = _ => 64 };
        Option<int> count = new("--count") { Description = "Pictures to take.", DefaultValueFactory = _ => 1000 };
        Option<double> seconds = new("--seconds") { Description = "Time for each measurement.", DefaultValueFactory = _ => 5.0 };
        Command command = new("encode", "Pictures and short texts per second on one thread.") { bundle, images, batch, side, count, seconds };
        command.SetAction(parsed => Run(
            parsed.GetValue(bundle),
            parsed.GetValue(images)!,
            parsed.GetValue(batch),
            parsed.GetValue(side),
            parsed.GetValue(count),
            parsed.GetValue(seconds)));
        return command;
    }

    private static int Run(DirectoryInfo? bundle, DirectoryInfo images, int batch, int side, int count, double seconds)
    {
        ReadOnlyMemory<byte>[] pictures =
        [
            .. images.EnumerateFiles("*", SearchOption.AllDirectories)
                .Where(f => f.Extension is ".png" or ".webp" or ".jpg" or ".jpeg" or ".gif" or ".svg")
                .OrderBy(f => f.FullName, StringComparer.Ordinal)
                .Take(count)
                .Select(f => new ReadOnlyMemory<byte>(File.ReadAllBytes(f.FullName))),
        ];
        if (pictures.Length == 0)
        {
            Console.Error.WriteLine($"{images.FullName} has no pictures.");
            return 1;
        }

        var preprocessing = new ImagePreprocessing { Width = side, Height = side };
        using BundleEncoder? encoder = bundle is null
            ? null
            : new BundleEncoder(Bundle.Load(bundle.FullName), new EncoderOptions { Device = EncoderDevice.Cpu, IntraOpThreads = 1, MaxBatchSize = batch });
        preprocessing = encoder?.Manifest.Towers.Image?.Preprocessing ?? preprocessing;
        float[] input = new float[3 * preprocessing.Width * preprocessing.Height];
        var decoder = new ImageDecoder();
        Measure($"decode to {preprocessing.Width} x {preprocessing.Height}", pictures, 1, seconds, one => decoder.Decode(one[0], preprocessing, input));

        if (encoder?.Manifest.Towers.Image is not null)
            Measure($"pictures, batch {batch}", pictures, batch, seconds, some => encoder.EncodeImages(some));
        if (encoder?.Manifest.Towers.Text is not null)
            Measure($"texts, batch {batch}", Captions(), batch, seconds, some => encoder.EncodeTexts(some));
        return 0;
    }

    /// <summary>Two to six common words each.</summary>
    private static string[] Captions()
    {
        string[] words = ["red", "small", "apple", "penguin", "on", "the", "bicycle", "smiling", "face", "with", "umbrella", "house", "garden", "blue", "fish", "happy"];
        var random = new Random(1);
        return [.. Enumerable.Range(0, 1000).Select(_ => string.Join(' ', Enumerable.Range(0, random.Next(2, 7)).Select(_ => words[random.Next(words.Length)])))];
    }

    private static void Measure<T>(string what, T[] items, int batch, double seconds, Action<T[]> run)
    {
        T[][] batches = [.. items.Chunk(batch)];
        foreach (T[] warm in batches.Take(Math.Max(1, 100 / batch)))
            run(warm);

        using Process process = Process.GetCurrentProcess();
        TimeSpan cpu = process.TotalProcessorTime;
        long start = Stopwatch.GetTimestamp(), done = 0;
        for (int i = 0; Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; i = (i + 1) % batches.Length)
        {
            run(batches[i]);
            done += batches[i].Length;
        }

        double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        process.Refresh();
        Console.WriteLine($"{what}: {done / elapsed:N0} per second, {done / (process.TotalProcessorTime - cpu).TotalSeconds:N0} per CPU-second ({done:N0} in {elapsed:N1} s)");
    }
}
