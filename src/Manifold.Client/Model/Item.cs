namespace Manifold.Client;

/// <summary>An item as the server returns it.</summary>
public sealed record Item
{
    public required string Id { get; init; }

    public Modality Modality { get; init; }

    /// <summary>By multi-vector space: where in the item each of its vectors lies.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Place>> Places { get; init; } = new Dictionary<string, IReadOnlyList<Place>>();

    /// <summary>By space, in a multi-vector space all of them one after the other; empty unless vectors were asked for.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<float>> Vectors { get; init; } = new Dictionary<string, ReadOnlyMemory<float>>();

    /// <summary>Values are <see cref="string"/>, <see cref="double"/>, <see cref="bool"/>, <see cref="DateTimeOffset"/>, <see cref="GeoPoint"/> or <c>IReadOnlyList&lt;string&gt;</c>.</summary>
    public IReadOnlyDictionary<string, object> Attributes { get; init; } = new Dictionary<string, object>();

    /// <summary>Where the content is (a path or URI); empty if it was not given.</summary>
    public string ContentUri { get; init; } = "";
}
