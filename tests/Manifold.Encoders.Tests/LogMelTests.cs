using System.Text.Json;
using System.Text.Json.Serialization;

namespace Manifold.Encoders.Tests;

public sealed class LogMelTests
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        RespectRequiredConstructorParameters = true,
    };

    public static TheoryData<string> Cases => [.. Reference().Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compute_SignalOfTheReference_GivesItsNumbers(string name)
    {
        ReferenceCase reference = Reference().Single(c => c.Name == name);
        var spectrogram = new LogMelSpectrogram(reference.Mel, reference.SampleRate);
        float[] samples = Signal(reference.SampleRate, reference.Samples);
        int frames = spectrogram.FramesOf(samples.Length);
        Assert.Equal((reference.Values.Length, reference.Values[0].Length), (spectrogram.Bands, frames));
        float[] actual = new float[spectrogram.Bands * frames];
        spectrogram.Compute(samples, actual);

        // A float32 transform is exact to about 3e-7 of a frame's greatest energy; bands 50 dB below it (the noise is) keep 2e-3 in a logarithm.
        double unit = (reference.Mel.Log == MelLogarithm.Decibel ? 10 / Math.Log(10) : 1) / reference.Mel.Std, worst = 0;
        for (int i = 0; i < actual.Length; i++)
            worst = Math.Max(worst, Math.Abs(actual[i] - reference.Values[i / frames][i % frames]) / unit);
        Assert.True(worst < 2e-3, $"the greatest difference is {worst:E2}");
    }

    [Fact]
    public void Compute_AnyLengthOfSamples_GivesTheFramesOfAnotherCall()
    {
        // What is left of the last group of lanes must not leak into other frames.
        var options = new MelOptions { Bands = 16, FftLength = 64, HopLength = 16, Centered = false };
        var spectrogram = new LogMelSpectrogram(options, 8000);
        float[] samples = Signal(8000, 64 + (16 * 40));
        float[] whole = Compute(spectrogram, samples);
        for (int frames = 1; frames <= 41; frames++)
        {
            float[] part = Compute(spectrogram, samples[..(64 + (16 * (frames - 1)))]);
            for (int m = 0; m < 16; m++)
                Assert.Equal(whole.AsSpan(m * 41, frames), part.AsSpan(m * frames, frames));
        }
    }

    [Fact]
    public void Compute_FromManyThreads_GivesTheSame()
    {
        var spectrogram = new LogMelSpectrogram(new MelOptions { Bands = 40, FftLength = 400, HopLength = 160 }, 16000);
        float[] samples = Signal(16000, 16000);
        float[] expected = Compute(spectrogram, samples);
        Parallel.For(0, 50, _ => Assert.Equal(expected, Compute(spectrogram, samples)));
    }

    [Fact]
    public void Compute_Silence_IsTheFloor()
    {
        var spectrogram = new LogMelSpectrogram(new MelOptions { Bands = 8, FftLength = 256, HopLength = 128, Floor = 1e-8 }, 8000);
        Assert.All(Compute(spectrogram, new float[1000]), v => Assert.Equal(Math.Log(1e-8), v, 1e-4));
    }

    [Fact]
    public void Features_ShortRecording_IsFilledAsThePreprocessingSays()
    {
        var zeros = new AudioPreprocessing { SampleRate = 1000, WindowSeconds = 0.5 };
        float[] input = new float[500];
        new AudioFeatures(zeros).Compute([1, 2, 3], input);
        Assert.Equal([1, 2, 3, 0, 0], input[..5]);
        new AudioFeatures(zeros with { Fill = AudioFill.Repeat }).Compute([1, 2, 3], input);
        Assert.Equal([1, 2, 3, 1, 2, 3, 1], input[..7]);
        Assert.Equal((1f, 2f), (input[498], input[499]));
        new AudioFeatures(zeros with { Fill = AudioFill.RepeatWhole }).Compute([1, 2, 3], input);
        Assert.Equal([1, 2, 3, 1, 2, 3, 0, 0], [.. input[..6], input[498], input[499]]);
        Assert.Equal((1f, 3f), (input[495], input[497]));
        AudioFeatures variable = new(zeros with { Length = AudioLength.Variable, MinSeconds = 0.1 });
        Assert.Equal([100], variable.ShapeOf(3));
        Assert.Equal([250], variable.ShapeOf(250));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AudioFeatures(zeros).Compute(new float[501], new float[501]));
    }

    [Fact]
    public void Features_FramesBeforeBands_AreTheTranspose()
    {
        var mel = new MelOptions { Bands = 4, FftLength = 64, HopLength = 32 };
        var preprocessing = new AudioPreprocessing { SampleRate = 8000, WindowSeconds = 0.1, Mel = mel };
        float[] samples = Signal(8000, 800);
        AudioFeatures rows = new(preprocessing), columns = new(preprocessing with { Mel = mel with { Layout = MelLayout.ChannelFramesBands } });
        Assert.Equal([4, 26], rows.ShapeOf(800));
        Assert.Equal([1, 26, 4], columns.ShapeOf(800));
        float[] byBand = new float[104], byFrame = new float[104];
        rows.Compute(samples, byBand);
        columns.Compute(samples, byFrame);
        for (int i = 0; i < 104; i++)
            Assert.Equal(byBand[i], byFrame[(i % 26 * 4) + (i / 26)]);
    }

    private static float[] Compute(LogMelSpectrogram spectrogram, float[] samples)
    {
        float[] values = new float[spectrogram.Bands * spectrogram.FramesOf(samples.Length)];
        spectrogram.Compute(samples, values);
        return values;
    }

    private static float[] Signal(int rate, int count)
    {
        float[] samples = new float[count];
        long state = 1;
        for (int i = 0; i < count; i++)
        {
            state = ((state * 1103515245) + 12345) & 0x7FFFFFFF;
            double t = (double)i / rate, noise = ((double)state / 0x7FFFFFFF * 2) - 1;
            samples[i] = (float)((0.5 * Math.Sin(2 * Math.PI * ((200 * t) + (1500 * t * t)))) + (0.2 * Math.Sin(2 * Math.PI * 440 * t)) + (0.01 * noise));
        }

        return samples;
    }

    private static ReferenceCase[] Reference()
    {
        using Stream stream = typeof(LogMelTests).Assembly.GetManifestResourceStream("log_mel.json")!;
        return JsonSerializer.Deserialize<ReferenceCase[]>(stream, Json)!;
    }

    private sealed record ReferenceCase(string Name, int SampleRate, int Samples, MelOptions Mel, double[][] Values);
}
