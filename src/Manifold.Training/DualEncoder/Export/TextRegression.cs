using System.Numerics.Tensors;
using Manifold.Encoders;

namespace Manifold.Training;

/// <summary>
/// Ridge regression from the n-grams of a caption to the vector of its pictures, as the learned picture tower sees them: a second, linear opinion on a text, solved and not
/// learned step by step. It agrees with the learned tower on what both know and errs elsewhere, so that their mean is better than either.
/// </summary>
/// <param name="Table">[rows × dimension].</param>
/// <param name="Idf">Inverse document frequency of each row.</param>
/// <param name="Offset">Added to a bag's weighted sum of rows, [dimension].</param>
internal sealed record TextRegression(DenseMatrix Table, float[] Idf, float[] Offset)
{
    private const int Iterations = 16;

    /// <summary>Solves it.</summary>
    /// <param name="concepts">The training concepts.</param>
    /// <param name="captions">Their captions.</param>
    /// <param name="vectors">A vector for each picture, in order; they need not be of length 1.</param>
    /// <param name="idf">Inverse document frequency of each row.</param>
    /// <param name="ridge">In units of an average text's weight: with 1, a text that shares nothing with others is learnt by half.</param>
    /// <param name="imagined">A vector for each of the words of <paramref name="captions"/>, or null to leave those out.</param>
    /// <param name="imaginedWeight">Weight of each of them beside an average text.</param>
    public static TextRegression Solve(
        IReadOnlyList<TrainingConcept> concepts, CaptionTokens captions, IReadOnlyList<float[]> vectors, float[] idf, double ridge,
        IReadOnlyList<float[]>? imagined = null, double imaginedWeight = 0)
    {
        imagined ??= [];
        int dimension = vectors[0].Length, count = captions.Tokens.Count;
        var pairs = concepts.SelectMany(concept => concept.Pictures).SelectMany((item, picture) => item.Captions.Select(caption => (Vector: vectors[picture], Text: captions.IndexOf(caption.Text), caption.Weight))).ToList();
        double average = pairs.Sum(pair => pair.Weight) / count;
        pairs.AddRange(imagined.Select((vector, i) => (vector, count + i, average * imaginedWeight)));
        double total = pairs.Sum(pair => pair.Weight);
        var shares = new double[count + imagined.Count];
        var mean = new float[dimension];
        var targets = new DenseMatrix(shares.Length, dimension);
        foreach (var (vector, text, weight) in pairs)
        {
            float share = (float)(weight / total);
            shares[text] += weight / total;
            TensorPrimitives.MultiplyAdd(vector, share, targets.Row(text), targets.Row(text));
            TensorPrimitives.MultiplyAdd(vector, share, mean, mean);
        }

        for (int text = 0; text < shares.Length; text++)
            TensorPrimitives.MultiplyAdd(mean, (float)-shares[text], targets.Row(text), targets.Row(text));
        var bags = new SparseMatrix([.. captions.Tokens.Concat(captions.Words.Take(imagined.Count)).Select(tokens => Bag(tokens, idf))], idf.Length);
        float[] bagMean = bags.TransposeMultiply(new DenseMatrix(shares.Length, 1, [.. shares.Select(share => (float)share)])).Values;
        var table = new RidgeSolver(bags, shares, bagMean, ridge * average / total, Iterations).Solve(bags.TransposeMultiply(targets));
        for (int row = 0; row < bagMean.Length; row++)
            TensorPrimitives.MultiplyAdd(table.Row(row), -bagMean[row], mean, mean);
        return new TextRegression(table, idf, mean);
    }

    /// <summary>The vector of a bag of n-grams; not of length 1.</summary>
    public float[] Apply(IReadOnlyList<TokenWeight> tokens)
    {
        float[] vector = [.. Offset];
        foreach (var (row, weight) in Bag(tokens, Idf))
            TensorPrimitives.MultiplyAdd(Table.Row(row), weight, vector, vector);
        return vector;
    }

    // Weights times idf, of length 1 together: as the text tower weighs its rows.
    private static IReadOnlyList<(int Column, float Value)> Bag(IReadOnlyList<TokenWeight> tokens, float[] idf)
    {
        float length = MathF.Sqrt(tokens.Sum(token => token.Weight * idf[token.Id] * token.Weight * idf[token.Id]));
        return [.. tokens.Select(token => (token.Id, token.Weight * idf[token.Id] / MathF.Max(length, TextTowerModule.Epsilon)))];
    }
}
