using V1 = Manifold.Protocol.V1;

namespace Manifold.Client;

/// <summary>How the hits of vectors and those of words become one list.</summary>
public sealed class Fusion
{
    private Fusion(V1.Fusion message) => Message = message;

    internal V1.Fusion Message { get; }

    /// <summary>Reciprocal rank fusion: the sum of 1 / (constant + rank) over both lists.</summary>
    public static Fusion ByRanks(int constant = 60) => new(new V1.Fusion { Ranks = new() { Constant = constant } });

    /// <summary>The weighted sum of both scores, each brought to 0 to 1 over its list.</summary>
    /// <param name="vectorWeight">The share of the vectors' score, 0 to 1.</param>
    public static Fusion ByScores(double vectorWeight = 0.5) => new(new V1.Fusion { Scores = new() { VectorWeight = vectorWeight } });
}
