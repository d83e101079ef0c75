namespace Manifold.Index;

/// <summary>One thing that can be found. Immutable by convention: nothing here copies the vectors, so do not change them after giving them away.</summary>
/// <remarks>Equality is of content. <see cref="ItemValidation"/> says whether an item fits an index; <see cref="ItemCodec"/> gives its binary form.</remarks>
public sealed record Item
{
    /// <summary>Longest id in UTF-8 bytes.</summary>
    public const int MaxIdBytes = 512;

    /// <summary>Longest content reference in UTF-8 bytes.</summary>
    public const int MaxContentBytes = 64 * 1024;

    /// <summary>Unique in the collection, 1 to <see cref="MaxIdBytes"/> UTF-8 bytes. Ids are ordered by their UTF-8 bytes everywhere.</summary>
    public required string Id { get; init; }

    /// <summary>One of <see cref="Modalities.All"/>; empty where only vectors were given.</summary>
    public string Modality { get; init; } = Modalities.None;

    /// <summary>Vectors by space name, [dimension] each: some or all of the index's spaces, at least one.</summary>
    public IReadOnlyDictionary<string, float[]> Vectors { get; init; } = new Dictionary<string, float[]>();

    /// <summary>
    /// By multi-vector space: the place of each of its vectors. A space that is missing here has vectors without places. In <see cref="Vectors"/> such a space
    /// holds all its vectors, [vectors × dimension].
    /// </summary>
    public IReadOnlyDictionary<string, Place[]> Places { get; init; } = new Dictionary<string, Place[]>();

    /// <summary>What filters see.</summary>
    public Attributes Attributes { get; init; } = Attributes.Empty;

    /// <summary>A reference to the content (an address, a path), or null; an empty text means none.</summary>
    public string? Content
    {
        get;
        init => field = string.IsNullOrEmpty(value) ? null : value;
    }

    public bool Equals(Item? other)
    {
        if (other is null || Id != other.Id || Modality != other.Modality || Content != other.Content) return false;
        if (!Attributes.Equals(other.Attributes) || Vectors.Count != other.Vectors.Count || Places.Count != other.Places.Count) return false;
        foreach (var (space, vector) in Vectors)
            if (!other.Vectors.TryGetValue(space, out var theirs) || !vector.AsSpan().SequenceEqual(theirs)) return false;
        foreach (var (space, places) in Places)
            if (!other.Places.TryGetValue(space, out var theirs) || !places.AsSpan().SequenceEqual(theirs)) return false;
        return true;
    }

    public override int GetHashCode() => HashCode.Combine(Id, Modality, Content, Attributes);
}
