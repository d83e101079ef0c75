namespace Manifold.Training.Tests;

public sealed class AudioBatchSamplerTests
{
    private const int Bands = 8;
    private static readonly SpectrogramVariationConfig Still = new() { Speed = 0, Pitch = 0, Tilt = 0, Noise = 0, Mask = 0 };

    [Fact]
    public void Epoch_HearsEachClipOnce_AndABatchEachTextOnce()
    {
        // 30 texts, three clips each.
        var clips = Clips(90, i => $"text {i % 30}");
        var sampler = new AudioBatchSampler(clips, Still, batch: 10, seed: 1);
        Assert.Equal(9, sampler.BatchesPerEpoch);
        var batches = Enumerable.Range(0, sampler.BatchesPerEpoch).Select(sampler.Draw).ToArray();
        Assert.All(batches, batch => Assert.Equal(10, batch.Texts.Distinct().Count()));

        // Some clips at the end of an epoch may find no batch that lacks their text.
        Assert.InRange(batches.SelectMany(batch => batch.Texts).Distinct().Count(), 28, 30);
    }

    [Fact]
    public void Draw_OfAStep_FollowsFromSeedAndStep()
    {
        var clips = Clips(40, i => $"text {i}");
        var varied = new SpectrogramVariationConfig();
        AudioBatchSampler Sampler(int seed) => new(clips, varied, batch: 8, seed);
        var first = Sampler(1);
        _ = first.Draw(0);
        Assert.Equal(first.Draw(7).Values, Sampler(1).Draw(7).Values);
        Assert.NotEqual(first.Draw(7).Values, Sampler(2).Draw(7).Values);
    }

    [Fact]
    public void Draw_WithoutVariation_IsTheClipAndThenSilence()
    {
        var clips = Clips(4, i => $"text {i}");
        var batch = new AudioBatchSampler(clips, Still, batch: 4, seed: 3).Draw(0);
        for (int i = 0; i < 4; i++)
        {
            int clip = batch.Texts[i], frames = clips.FramesOf(clip);
            for (int band = 0; band < Bands; band++)
            {
                var row = batch.Values.AsSpan(((i * Bands) + band) * batch.Frames, batch.Frames);
                Assert.Equal(Array.ConvertAll(clips.Spectrograms[clip][(band * frames)..((band + 1) * frames)], value => (float)value), row[..frames]);
                Assert.True(row[frames..].IndexOfAnyExcept(AudioBatchSampler.Silence) < 0);
            }
        }
    }

    [Fact]
    public void Draw_AtAnotherSpeed_HasOtherLengths()
    {
        var clips = Clips(4, i => $"text {i}");
        var lengths = Enumerable.Range(0, 10).Select(step => new AudioBatchSampler(clips, Still with { Speed = 0.5 }, batch: 4, seed: 3).Draw(step).Frames).ToHashSet();
        Assert.True(lengths.Count > 3, string.Join(" ", lengths));
        Assert.All(lengths, frames => Assert.InRange(frames, 20 / 1.5, 2 * 26));
    }

    private static SpokenClips Clips(int count, Func<int, string> textOf)
    {
        var random = new Random(5);
        return new SpokenClips(Bands, [.. Enumerable.Range(0, count).Select(textOf)], [.. Enumerable.Range(0, count).Select(i => i % 2 == 0 ? "abc" : "cab")], [.. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, Bands * (20 + (i % 7))).Select(_ => (Half)(-10 * random.NextDouble())).ToArray())]);
    }
}
