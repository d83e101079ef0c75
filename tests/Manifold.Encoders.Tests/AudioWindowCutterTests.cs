namespace Manifold.Encoders.Tests;

public sealed class AudioWindowCutterTests
{
    [Theory]
    [InlineData(1, "0-1")]
    [InlineData(9, "0-9")]
    [InlineData(10, "0-10")]
    [InlineData(11, "0-10 1-11")]
    [InlineData(14, "0-10 4-14")]
    [InlineData(15, "0-10 4-14 5-15")]
    [InlineData(23, "0-10 4-14 8-18 12-22 13-23")]
    public void Take_HopOfFourAndWindowOfTen_CoversTheStreamAndEndsWithIt(int total, string expected)
    {
        var preprocessing = new AudioPreprocessing { SampleRate = 10, WindowSeconds = 1, HopSeconds = 0.4 };
        float[] stream = [.. Enumerable.Range(0, total).Select(i => (float)i)];
        for (int piece = 1; piece <= total; piece++)
        {
            var cutter = new AudioWindowCutter(preprocessing);
            var windows = new List<AudioWindow>();
            foreach (float[] samples in stream.Chunk(piece))
            {
                ReadOnlySpan<float> left = samples;
                while (cutter.Take(ref left) is { } window)
                    windows.Add(window);
                Assert.True(left.IsEmpty);
            }

            if (cutter.Finish() is { } last)
                windows.Add(last);
            Assert.Equal(expected, string.Join(' ', windows.Select(w => $"{w.Samples[0]:0}-{w.Samples[^1] + 1:0}")));
            Assert.All(windows, w => Assert.Equal((w.Samples[0] / 10, (w.Samples[^1] + 1) / 10), ((float)w.StartSeconds, (float)w.EndSeconds)));
            Assert.All(windows, w => Assert.Equal(w.Samples.Length, (int)(w.Samples[^1] - w.Samples[0] + 1)));
        }
    }

    [Fact]
    public void Finish_WithoutSamples_IsNothing() =>
        Assert.Null(new AudioWindowCutter(new AudioPreprocessing { SampleRate = 1000 }).Finish());
}
