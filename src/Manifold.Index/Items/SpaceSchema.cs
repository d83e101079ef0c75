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
            if (!names.Add(space.Name))
                throw new ArgumentException($"There are two spaces named '{space.Name}'.", nameof(spaces));
        }
    }
}
