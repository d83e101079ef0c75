namespace Manifold.Client;

/// <summary>An item to write: vectors, or content that the server encodes, or both for different spaces.</summary>
public sealed record ItemInput
{
    /// <summary>1 to 512 bytes of UTF-8, unique in the collection: writing the same id again replaces the item.</summary>
    public required string Id { get; init; }

    /// <summary>Left at <see cref="Modality.None"/>, an item with content takes the content's.</summary>
    public Modality Modality { get; init; }

    /// <summary>By multi-vector space: where in the item each of its vectors lies.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Place>> Places { get; init; } = new Dictionary<string, IReadOnlyList<Place>>();

    /// <summary>By space, in a multi-vector space all of them one after the other. The memory is the caller's and must not change while a call runs.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<float>> Vectors { get; init; } = new Dictionary<string, ReadOnlyMemory<float>>();

    /// <summary>
    /// Strings, numbers of any .NET type, booleans, <see cref="DateTimeOffset"/>, <see cref="GeoPoint"/> or sequences of strings. Numbers are doubles on the
    /// wire: an integer beyond 2^53 is refused rather than rounded.
    /// </summary>
    public IReadOnlyDictionary<string, object> Attributes { get; init; } = new Dictionary<string, object>();

    /// <summary>Where the content is (a path or URI); kept as it is.</summary>
    public string ContentUri { get; init; } = "";

    /// <summary>Encoded for every space that has a bundle and no vector here: in a multi-vector space, sound and video become a vector for each moment, with its time as its place.</summary>
    public Content? Content { get; init; }

    public static ItemInput FromText(string id, string text, IReadOnlyDictionary<string, object>? attributes = null) =>
        FromContent(id, Content.FromText(text), attributes);

    /// <summary>The bytes of a PNG, JPEG, WebP, GIF or SVG file.</summary>
    public static ItemInput FromImage(string id, ReadOnlyMemory<byte> image, IReadOnlyDictionary<string, object>? attributes = null) =>
        FromContent(id, Content.FromImage(image), attributes);

    /// <summary>The bytes of a recording of sound.</summary>
    public static ItemInput FromAudio(string id, ReadOnlyMemory<byte> audio, IReadOnlyDictionary<string, object>? attributes = null) =>
        FromContent(id, Content.FromAudio(audio), attributes);

    /// <summary>The bytes of a video.</summary>
    public static ItemInput FromVideo(string id, ReadOnlyMemory<byte> video, IReadOnlyDictionary<string, object>? attributes = null) =>
        FromContent(id, Content.FromVideo(video), attributes);

    public static ItemInput FromVector(
        string id, ReadOnlyMemory<float> vector, IReadOnlyDictionary<string, object>? attributes = null, string space = "default") => new()
        {
            Id = id,
            Vectors = new Dictionary<string, ReadOnlyMemory<float>> { [space] = vector },
            Attributes = attributes ?? new Dictionary<string, object>(),
        };

    private static ItemInput FromContent(string id, Content content, IReadOnlyDictionary<string, object>? attributes) => new()
    {
        Id = id,
        Modality = content.Modality,
        Content = content,
        Attributes = attributes ?? new Dictionary<string, object>(),
    };
}
