using System.Numerics.Tensors;
using Manifold.Encoders;

namespace Manifold.Training;

/// <summary>
/// Draws batches. Each epoch visits every concept once, in a new order, so that a concept is at most once in a batch. Batch n depends on the
/// seed and on n only: a run that resumes draws what it would have drawn. Thread-safe.
/// </summary>
internal sealed class BatchSampler
{
    private readonly Concept[] _concepts;
    private readonly PreparedPictures _pictures;
    private readonly CaptionTokens _captions;
    private readonly DualEncoderConfig _config;

    /// <param name="concepts">The concepts; the pictures are numbered through them in order.</param>
    /// <param name="pictures">The prepared pictures in that order.</param>
    /// <param name="captions">All captions.</param>
    /// <param name="config">The run.</param>
    public BatchSampler(IReadOnlyList<TrainingConcept> concepts, PreparedPictures pictures, CaptionTokens captions, DualEncoderConfig config)
    {
        (_pictures, _captions, _config) = (pictures, captions, config);
        int next = 0;
        _concepts = [.. concepts.Select(concept => new Concept(
            [.. concept.Pictures.Select(item => new View(
                next++, [.. item.Captions.Select(caption => captions.IndexOf(caption.Text))], Cumulate(item.Captions)))],
            concept.Pictures.Any(CorpusTrainingData.IsEmoji)))];
        BatchSize = Math.Min(config.Schedule.Batch, _concepts.Length);
    }

    /// <summary>Concepts of a batch.</summary>
    public int BatchSize { get; }

    private double ClipArtShare => _config.Data.ClipArtShare;

    /// <summary>The batch of a step.</summary>
    /// <param name="step">From 0.</param>
    public TrainingBatch Draw(int step)
    {
        int[] first = EpochOrder(0);
        int batches = Math.Max(1, first.Length / BatchSize);
        int epoch = step / batches;
        int[] order = epoch == 0 ? first : EpochOrder(epoch);
        var random = RandomOf(1, step);
        int n = BatchSize;
        var views = new (int Picture, int Variant)[2 * n];
        var texts = new IReadOnlyList<TokenWeight>[2 * n];
        for (int i = 0; i < n; i++)
        {
            var concept = _concepts[order[(((step % batches) * n) + i) % order.Length]];
            int a = random.Next(concept.Views.Length);
            int b = concept.Views.Length == 1 ? a : (a + 1 + random.Next(concept.Views.Length - 1)) % concept.Views.Length;
            (views[i], views[n + i]) = ((concept.Views[a].Picture, random.Next(_pictures.Variants)), (concept.Views[b].Picture, random.Next(_pictures.Variants)));
            texts[i] = Thin(DrawCaption(concept.Views[a], random), random);
            texts[n + i] = Thin(DrawCaption(concept.Views[b], random), random);
        }

        return new TrainingBatch(Gather(views), TextBatch.Of(texts), n);
    }

    /// <summary>The named versions of pictures.</summary>
    public PictureBatch Gather((int Picture, int Variant)[] views)
    {
        int plane = _config.Model.Convolutions.Enabled ? _pictures.PixelCount : 0;
        var pixels = new byte[views.Length * plane];
        var features = new float[views.Length * _pictures.Features];
        for (int i = 0; i < views.Length; i++)
        {
            if (plane > 0)
                _pictures.PixelsOf(views[i].Picture, views[i].Variant).CopyTo(pixels.AsSpan(i * plane));
            TensorPrimitives.ConvertToSingle(_pictures.FeaturesOf(views[i].Picture, views[i].Variant), features.AsSpan(i * _pictures.Features, _pictures.Features));
        }

        return new PictureBatch(pixels, features, views.Length);
    }

    private int[] EpochOrder(int epoch)
    {
        var random = RandomOf(2, epoch);
        int[] order = [.. Enumerable.Range(0, _concepts.Length)];
        random.Shuffle(order);
        if (ClipArtShare >= 1 || !Array.Exists(_concepts, concept => concept.IsEmoji))
            return order;
        int clipArt = (int)(ClipArtShare * _concepts.Count(concept => !concept.IsEmoji));
        return [.. order.Where(index => _concepts[index].IsEmoji || clipArt-- > 0)];
    }

    private TokenWeight[] DrawCaption(View view, Random random)
    {
        double at = random.NextDouble() * view.Cumulative[^1];
        int index = Array.FindIndex(view.Cumulative, sum => at < sum);
        return _captions.Tokens[view.Captions[Math.Max(0, index)]];
    }

    // Drops n-grams at random, and those that are too many for the Transformer's training.
    private TokenWeight[] Thin(TokenWeight[] tokens, Random random)
    {
        double drop = _config.Model.Ngrams.TokenDropout;
        TokenWeight[] kept = [.. tokens.Where(_ => random.NextDouble() >= drop)];
        if (kept.Length == 0)
            kept = [.. tokens];
        int most = _config.Model.Transformer.Enabled ? _config.Model.Transformer.TrainTokens : int.MaxValue;
        if (kept.Length <= most)
            return kept;
        random.Shuffle(kept);
        return kept[..most];
    }

    private Random RandomOf(uint stream, int index) =>
        new(unchecked((int)(((((uint)_config.Seed * 2654435761u) ^ stream) * 2246822519u) ^ ((uint)index * 3266489917u))));

    private static double[] Cumulate(IReadOnlyList<(string Text, double Weight)> captions)
    {
        double sum = 0;
        return [.. captions.Select(caption => sum += caption.Weight)];
    }

    private sealed record Concept(View[] Views, bool IsEmoji);

    private sealed record View(int Picture, int[] Captions, double[] Cumulative);
}
