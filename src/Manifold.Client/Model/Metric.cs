namespace Manifold.Client;

/// <summary>How nearness is scored; a greater score is nearer for each of them. The values are those of the wire.</summary>
public enum Metric
{
    /// <summary>The server's default: cosine.</summary>
    Default = 0,
    /// <summary>Cosine similarity, -1 to 1.</summary>
    Cosine = 1,
    InnerProduct = 2,
    /// <summary>Minus the squared Euclidean distance.</summary>
    L2 = 3,
}
