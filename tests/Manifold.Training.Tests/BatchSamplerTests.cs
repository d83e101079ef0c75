namespace Manifold.Training.Tests;

/// <summary>What is in a batch.</summary>
public sealed class BatchSamplerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Draw_OverAnEpoch_VisitsEachConceptOnce()
    {
        // Each concept has a caption of one n-gram of its own, so that the ids tell what was drawn.
        var data = Captioned(12);
        var config = Config(batch: 4);
        var captions = Captions(data, config);
        using var pictures = Prepare(data, config);
        var sampler = new BatchSampler(data.Concepts, pictures, captions, config);
        var seen = Enumerable.Range(0, 3).SelectMany(step => FirstIds(sampler.Draw(step))).ToArray();
        Assert.Equal(12, seen.Distinct().Count());
        Assert.NotEqual(seen, [.. Enumerable.Range(3, 3).SelectMany(step => FirstIds(sampler.Draw(step)))]);
    }

    [Fact]
    public void Draw_OfAStep_DependsOnSeedAndStepOnly()
    {
        var data = Captioned(12);
        var config = Config(batch: 4);
        using var pictures = Prepare(data, config);
        var one = new BatchSampler(data.Concepts, pictures, Captions(data, config), config).Draw(7);
        var sampler = new BatchSampler(data.Concepts, pictures, Captions(data, config), config);
        sampler.Draw(0);
        var again = sampler.Draw(7);
        var other = new BatchSampler(data.Concepts, pictures, Captions(data, config), config with { Seed = 9 }).Draw(7);
        Assert.Equal((one.Texts.Ids, one.Pictures.Features, one.Pictures.Pixels), (again.Texts.Ids, again.Pictures.Features, again.Pictures.Pixels), EqualParts);
        Assert.NotEqual(one.Texts.Ids, other.Texts.Ids);
    }

    [Fact]
    public void Draw_OfFewerConceptsThanABatch_TakesThemAll()
    {
        var data = Captioned(3);
        var config = Config(batch: 64);
        using var pictures = Prepare(data, config);
        var sampler = new BatchSampler(data.Concepts, pictures, Captions(data, config), config);
        Assert.Equal(3, sampler.BatchSize);
        Assert.Equal((3, 6, 6), (sampler.Draw(5).Concepts, sampler.Draw(5).Pictures.Rows, sampler.Draw(5).Texts.Rows));
    }

    [Fact]
    public void Prepared_FirstVersion_IsThePictureAsServed()
    {
        var data = Captioned(6);
        var config = Config(batch: 4);
        using var pictures = Prepare(data, config);
        using var served = new ServedPictures(config.Pictures);
        byte[] expected = served.Decode([.. data.Concepts.Select(concept => concept.Pictures[0].Picture.ReadBytes())]);
        for (int i = 0; i < 6; i++)
        {
            Assert.Equal(expected[(i * pictures.PixelCount)..((i + 1) * pictures.PixelCount)], pictures.PixelsOf(i, 0).ToArray());
            Assert.NotEqual(pictures.PixelsOf(i, 0).ToArray(), pictures.PixelsOf(i, 1).ToArray());
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => pictures.PixelsOf(6, 0).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => pictures.PixelsOf(0, 2).Length);
    }

    public void Dispose() => _folder.Dispose();

    private static bool EqualParts((long[] Ids, float[] Features, byte[] Pixels) a, (long[] Ids, float[] Features, byte[] Pixels) b) =>
        a.Ids.SequenceEqual(b.Ids) && a.Features.SequenceEqual(b.Features) && a.Pixels.SequenceEqual(b.Pixels);

    private static TrainingData Captioned(int count) => new(
        [.. TrainingSamples.Take(count).Concepts.Select((concept, i) => concept with { Pictures = [concept.Pictures[0] with { Captions = [(char.ConvertFromUtf32(0x4e00 + i), 1)] }] })], [], []);

    private static DualEncoderConfig Config(int batch) => TrainingSamples.SmallConfig with { Schedule = new ScheduleConfig { Batch = batch } };

    private static CaptionTokens Captions(TrainingData data, DualEncoderConfig config) =>
        new(data.Concepts.SelectMany(concept => concept.Pictures).SelectMany(item => item.Captions).Select(caption => caption.Text), config.Model);

    private static long[] FirstIds(TrainingBatch batch) =>
        [.. Enumerable.Range(0, batch.Concepts).Select(row => batch.Texts.Ids[row * batch.Texts.Width])];

    private PreparedPictures Prepare(TrainingData data, DualEncoderConfig config) => PreparedPictures.Open(
        _folder.Path, [.. data.Concepts.SelectMany(concept => concept.Pictures).Select(item => item.Picture)], config.Pictures, config.Seed, _ => { }, TestContext.Current.CancellationToken);
}
