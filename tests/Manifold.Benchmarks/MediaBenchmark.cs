using System.CommandLine;
using System.Diagnostics;
using Manifold.Encoders;

namespace Manifold.Benchmarks;

/// <summary>What recordings cost before a model sees them: log-mel of samples, and the decoding of a file with the memory that it takes.</summary>
internal static class MediaBenchmark
{
    private static readonly (string Name, AudioPreprocessing Preprocessing)[] Shapes =
    [
        ("16 kHz, 64 bands, n 512, hop 160", Of(16_000, new MelOptions { Bands = 64, FftLength = 512, FrameLength = 400, HopLength = 160 })),
        ("16 kHz, 80 bands, n 400, hop 160 (Whisper's)", Of(16_000, new MelOptions { Bands = 80, FftLength = 400, HopLength = 160, Log = MelLogarithm.Log10 })),
        ("48 kHz, 64 bands, n 1024, hop 480 (CLAP's)", Of(48_000, new MelOptions { Bands = 64, FftLength = 1024, HopLength = 480, Log = MelLogarithm.Decibel })),
    ];

    public static Command Create()
    {
        Option<string?> file = new("--file") { Description = "A recording to decode: its sound at 16 kHz, and a frame each half second." };
        Command command = new("media", "Log-mel features, and the decoding of a recording.") { file };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(file), cancellationToken));
        return command;
    }

    private static async Task RunAsync(string? path, CancellationToken cancellationToken)
    {
        Console.WriteLine("| log-mel | ms for 10 s of sound | seconds of sound a second |");
        Console.WriteLine("| --- | --- | --- |");
        foreach ((string name, AudioPreprocessing preprocessing) in Shapes)
        {
            double seconds = Measure(preprocessing);
            Console.WriteLine($"| {name} | {seconds * 1000:0.00} | {10 / seconds:N0} |");
        }

        if (path is null)
            return;
        using MediaFile file = MediaFile.At(path, new MediaLimits { MaxBytes = long.MaxValue });
        var decoder = new MediaDecoder();
        MediaProbe probe = await decoder.ProbeAsync(file, cancellationToken);
        Console.WriteLine();
        Console.WriteLine($"{probe.Format}, {probe.Seconds:N1} s, sound {probe.Audio?.Codec ?? "none"}, video {(probe.Video is { } video ? $"{video.Codec} {video.Width} × {video.Height}" : "none")}");
        if (probe.Audio is not null)
            await ReportAsync("windows of 10 s", decoder.ReadAudioAsync(file, Shapes[0].Preprocessing, cancellationToken));
        if (probe.Video is not null)
            await ReportAsync("frames", decoder.ReadFramesAsync(file, probe, new ImagePreprocessing { Width = 64, Height = 64 }, TimeSpan.FromSeconds(0.5), cancellationToken));
    }

    private static async Task ReportAsync<T>(string what, IAsyncEnumerable<T> stream)
    {
        GC.Collect();
        long before = GC.GetTotalMemory(forceFullCollection: true), mostLive = 0, mostWorking = 0;
        var clock = Stopwatch.StartNew();
        int count = 0;
        await foreach (T item in stream)
        {
            count++;
            if (count % 100 == 0)
                mostLive = Math.Max(mostLive, GC.GetTotalMemory(forceFullCollection: true) - before);
            mostWorking = Math.Max(mostWorking, Environment.WorkingSet);
        }

        Console.WriteLine($"{count:N0} {what} in {clock.Elapsed.TotalSeconds:0.0} s; live memory at most {mostLive / 1048576.0:0.0} MiB above the beginning, working set at most {mostWorking / 1048576.0:0} MiB");
    }

    private static double Measure(AudioPreprocessing preprocessing)
    {
        var features = new AudioFeatures(preprocessing);
        float[] samples = new float[preprocessing.WindowSamples], output = new float[features.LengthOf(samples.Length)];
        var random = new Random(1);
        for (int i = 0; i < samples.Length; i++)
            samples[i] = random.NextSingle() - 0.5f;
        double best = double.MaxValue;
        for (int round = 0; round < 60; round++)
        {
            long start = Stopwatch.GetTimestamp();
            features.Compute(samples, output);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }

    private static AudioPreprocessing Of(int sampleRate, MelOptions mel) => new() { SampleRate = sampleRate, WindowSeconds = 10, Mel = mel };
}
