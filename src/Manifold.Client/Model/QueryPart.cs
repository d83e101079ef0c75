namespace Manifold.Client;

/// <summary>One part of a query. The vectors of all parts are added up with their weights: "this picture, but at night".</summary>
public sealed record QueryPart
{
    private QueryPart()
    {
    }

    internal Content? Content { get; private init; }

    internal ReadOnlyMemory<float>? Vector { get; private init; }

    internal string? ItemId { get; private init; }

    /// <summary>Any finite number but 0; a negative one moves away from the part.</summary>
    public double Weight { get; init; } = 1;

    public static QueryPart FromText(string text, double weight = 1) => new() { Content = Content.FromText(text), Weight = weight };

    /// <summary>The bytes of a PNG, JPEG, WebP, GIF or SVG file.</summary>
    public static QueryPart FromImage(ReadOnlyMemory<byte> image, double weight = 1) => new() { Content = Content.FromImage(image), Weight = weight };

    /// <summary>The bytes of a recording of sound; the query is the vector of the whole.</summary>
    public static QueryPart FromAudio(ReadOnlyMemory<byte> audio, double weight = 1) => new() { Content = Content.FromAudio(audio), Weight = weight };

    /// <summary>The bytes of a video; the query is the vector of the whole.</summary>
    public static QueryPart FromVideo(ReadOnlyMemory<byte> video, double weight = 1) => new() { Content = Content.FromVideo(video), Weight = weight };

    /// <summary>Content of any kind.</summary>
    public static QueryPart FromContent(Content content, double weight = 1)
    {
        ArgumentNullException.ThrowIfNull(content);
        return new() { Content = content, Weight = weight };
    }

    /// <param name="vector">In a multi-vector space several, one after the other, as well; such a part stands alone.</param>
    /// <param name="weight">See <see cref="Weight"/>.</param>
    public static QueryPart FromVector(ReadOnlyMemory<float> vector, double weight = 1) => new() { Vector = vector, Weight = weight };

    /// <summary>The vector of an item of the collection. That item is left out of the hits.</summary>
    public static QueryPart FromItem(string id, double weight = 1) => new() { ItemId = id, Weight = weight };
}
