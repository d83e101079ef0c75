using System.Text.Json.Serialization;

namespace Manifold.Index;

/// <summary>A named vector column of a collection.</summary>
/// <param name="Name">The space's name, 1 to <see cref="MaxNameBytes"/> UTF-8 bytes.</param>
/// <param name="Dimension">Components of each vector, 1 to <see cref="MaxDimension"/>.</param>
/// <param name="Metric">How two vectors are compared. Vectors of a cosine space are stored at unit length.</param>
public sealed record SpaceSchema(string Name, int Dimension, Metric Metric)
{
    /// <summary>Longest space name in UTF-8 bytes.</summary>
    public const int MaxNameBytes = 128;

    /// <summary>Largest dimension: 256 KiB a vector, far above what encoders give.</summary>
    public const int MaxDimension = 65_536;

    /// <summary>Most components of all vectors of one item in a multi-vector space: 4 MiB.</summary>
    public const int MaxElements = 1 << 20;

    /// <summary>
    /// Whether an item has any number of vectors in the space (of regions, windows, moments), each perhaps with its <see cref="Place"/>. Items are then scored by
    /// MaxSim: for each vector of the query the best of the item's, and the sum of these (Khattab and Zaharia, ColBERT, SIGIR 2020).
    /// </summary>
    public bool IsMultiVector { get; init; }

    /// <summary>What scans of its sealed segments read. Not for multi-vector spaces, which are scanned as they are.</summary>
    public VectorPrecision Precision { get; init; }

    /// <summary>Bits of an element in the codes of its index, 1 to <see cref="MaxCodeBits"/>: fewer take less memory, and leave more vectors to be scored.</summary>
    public int CodeBits { get; init; } = MaxCodeBits;

    /// <summary>The most bits of an element in the codes of an index.</summary>
    public const int MaxCodeBits = 4;

    /// <summary>Whether vectors of the other can stand beside this one's: name, dimension, metric and kind are the same. How they are indexed may differ between segments.</summary>
    public bool IsCompatible(SpaceSchema other) => this with { Precision = other.Precision, CodeBits = other.CodeBits } == other;

    /// <summary>Whether so many components can be an item's in this space: one vector of them, or, in a multi-vector space, any number.</summary>
    public bool Fits(int components) => IsMultiVector
        ? components >= Dimension && components % Dimension == 0 && components <= MaxElements
        : components == Dimension;

    /// <summary>What is wrong with an item's or a query's components in this space, or null: their number, one that is not finite, a zero vector under cosine.</summary>
    public string? FindFault(ReadOnlySpan<float> components)
    {
        if (!Fits(components.Length)) return $"Expected {Expected}, got {components.Length}.";
        if (!VectorMath.IsFinite(components))
        {
            var bad = 0;
            while (float.IsFinite(components[bad])) bad++;
            return $"Component {bad} is NaN or infinite.";
        }

        for (var start = 0; Metric == Metric.Cosine && start < components.Length; start += Dimension)
            if (!components.Slice(start, Dimension).ContainsAnyExcept(0f)) return "A zero vector has no direction, which the cosine metric needs.";
        return null;
    }

    /// <summary>Writes the vectors as they are stored and searched for: under cosine each is brought to unit length.</summary>
    /// <param name="components">Without a fault.</param>
    /// <param name="destination">As long; may be the same memory.</param>
    internal void Prepare(ReadOnlySpan<float> components, Span<float> destination)
    {
        if (Metric != Metric.Cosine)
        {
            components.CopyTo(destination);
            return;
        }

        for (var start = 0; start < components.Length; start += Dimension)
            VectorMath.Normalize(components.Slice(start, Dimension), destination.Slice(start, Dimension));
    }

    /// <summary>What <see cref="Fits"/> asks for, in words.</summary>
    [JsonIgnore]
    public string Expected => IsMultiVector ? $"a multiple of {Dimension} components, at most {MaxElements}" : $"{Dimension} components";

    /// <summary>Throws when a list of spaces cannot make an index.</summary>
    /// <exception cref="ArgumentException">Empty, two spaces of one name, a bad name, dimension or metric.</exception>
    public static void Check(IReadOnlyList<SpaceSchema> spaces)
    {
        if (spaces.Count == 0) throw new ArgumentException("An index needs at least one space.", nameof(spaces));
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var space in spaces)
        {
            var bytes = Utf8Text.CountBytes(space.Name);
            if (bytes is < 1 or > MaxNameBytes)
                throw new ArgumentException($"The space name '{space.Name}' is not 1 to {MaxNameBytes} UTF-8 bytes.", nameof(spaces));
            if (space.Dimension is < 1 or > MaxDimension)
                throw new ArgumentException($"Space '{space.Name}' has dimension {space.Dimension}; 1 to {MaxDimension} are possible.", nameof(spaces));
            if (!Enum.IsDefined(space.Metric))
                throw new ArgumentException($"Space '{space.Name}' has an unknown metric {space.Metric}.", nameof(spaces));
            if (!Enum.IsDefined(space.Precision) || (space.IsMultiVector && space.Precision != VectorPrecision.Float32))
                throw new ArgumentException($"Space '{space.Name}' cannot have the precision {space.Precision}.", nameof(spaces));
            if (space.CodeBits is < 1 or > MaxCodeBits)
                throw new ArgumentException($"Space '{space.Name}' has codes of {space.CodeBits} bits; 1 to {MaxCodeBits} are possible.", nameof(spaces));
            if (!names.Add(space.Name))
                throw new ArgumentException($"There are two spaces named '{space.Name}'.", nameof(spaces));
        }
    }
}
