namespace Manifold.Client;

/// <summary>A named vector column of a collection.</summary>
public sealed record Space
{
    /// <summary>1 to 64 of letters, digits, "-" and "_".</summary>
    public string Name { get; init; } = "default";

    /// <summary>1 to 4,096. With an <see cref="Encoder"/> 0 stands for the encoder's own.</summary>
    public int Dimension { get; init; }

    public Metric Metric { get; init; }

    /// <summary>The bundle that fills the space from content; empty for vectors only.</summary>
    public string Encoder { get; init; } = "";

    /// <summary>
    /// Whether items have any number of vectors here (of regions, windows, moments), each perhaps with its <see cref="Place"/>. Scored by MaxSim: for each vector of the
    /// query the nearest of the item's, and the sum of these.
    /// </summary>
    public bool IsMultiVector { get; init; }

    /// <summary>What scans of the space read. Multi-vector spaces are scanned as they are.</summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>Bits of an element in the codes of the space's index, 1 to 4: fewer take less memory, and leave more vectors to be scored.</summary>
    public int CodeBits { get; init; } = 4;

    /// <summary>A space of vectors that the caller brings.</summary>
    public static Space OfVectors(int dimension, Metric metric = Metric.Cosine) => new() { Dimension = dimension, Metric = metric };

    /// <summary>A space that the server fills from texts, pictures, sound and video with a bundle.</summary>
    public static Space OfBundle(string bundle) => new() { Encoder = bundle };
}
