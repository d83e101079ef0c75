using System.Numerics.Tensors;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Manifold.Training;

/// <summary>
/// Words that no caption has, with the vectors that their pictures would have: guessed from captions of like meaning by kernel ridge regression on word vectors, the kernel
/// being e^((cosine − 1) / width).
/// </summary>
internal static class ImaginedWords
{
    // Of the most frequent words of English the first 150 or so are particles and auxiliaries.
    private const int FirstRank = 150, LeastLength = 3;

    // On the dev queries, texts by their word vectors alone: R@10 of B and C was 47 and 68 with ridge 1, 43 and 71 with 0.3; linear regression had 25 and 20, a mean weighted by the kernel 44 and 66.
    private const double KernelWidth = 0.3, Ridge = 1;

    private const int WordsPerCall = 2000;

    /// <summary>The words among the first <paramref name="count"/> that no caption has, without particles.</summary>
    public static string[] Unseen(WordVectors words, IEnumerable<string> captions, int count)
    {
        var seen = captions.SelectMany(WordVectors.WordsOf).ToHashSet(StringComparer.Ordinal);
        return [.. words.Words.Take(count).Skip(FirstRank).Where(word => word.Length >= LeastLength && word.All(char.IsAsciiLetterLower) && !seen.Contains(word))];
    }

    /// <summary>A vector for each of <paramref name="imagined"/>; not of length 1.</summary>
    /// <param name="imagined">The words.</param>
    /// <param name="words">Their vectors, and those of the captions' words.</param>
    /// <param name="concepts">The training concepts.</param>
    /// <param name="vectors">A vector for each of their pictures, in order.</param>
    public static IReadOnlyList<float[]> Guess(IReadOnlyList<string> imagined, WordVectors words, IReadOnlyList<TrainingConcept> concepts, IReadOnlyList<float[]> vectors)
    {
        int dimension = vectors[0].Length;
        var sums = new Dictionary<string, (float[] Sum, double Weight)>(StringComparer.Ordinal);
        foreach (var (item, vector) in concepts.SelectMany(concept => concept.Pictures).Zip(vectors))
        {
            foreach (var (text, weight) in item.Captions)
            {
                var (sum, total) = sums.TryGetValue(text, out var before) ? before : (new float[dimension], 0);
                TensorPrimitives.MultiplyAdd(vector, (float)weight, sum, sum);
                sums[text] = (sum, total + weight);
            }
        }

        var known = sums.Select(pair => (Meaning: words.Of(pair.Key), pair.Value.Sum, pair.Value.Weight)).Where(text => text.Meaning is not null).ToArray();
        if (known.Length == 0)
            return [.. imagined.Select(_ => new float[dimension])];
        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        var meanings = tensor([.. known.SelectMany(text => text.Meaning!)], [known.Length, words.Dimension]);
        var targets = tensor([.. known.SelectMany(text => text.Sum.Select(value => (float)(value / text.Weight)))], [known.Length, dimension]);
        var mean = targets.mean([0]);
        var coefficients = linalg.solve(Kernel(meanings, meanings).Plus(eye(known.Length) * Scalars.Of(Ridge)), targets - mean);
        return [.. imagined.Chunk(WordsPerCall).SelectMany(chunk =>
        {
            using var inner = NewDisposeScope();
            var asked = tensor([.. chunk.SelectMany(word => words.Of(word)!)], [chunk.Length, words.Dimension]);
            return Kernel(asked, meanings).matmul(coefficients).Plus(mean).data<float>().ToArray().Chunk(dimension);
        })];
    }

    private static Tensor Kernel(Tensor a, Tensor b) => ((a.matmul(b.t()) - Scalars.Of(1)) / Scalars.Of(KernelWidth)).exp();
}
