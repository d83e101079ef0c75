using Manifold.Encoders;

namespace Manifold.Grains;

/// <summary>One piece of content to encode.</summary>
/// <param name="Modality">What it is.</param>
/// <param name="Text">The text, for text.</param>
/// <param name="Bytes">The file's bytes, for media.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.EncodeContent")]
public sealed record EncodeContent([property: Id(0)] Modality Modality, [property: Id(1)] string? Text, [property: Id(2)] byte[]? Bytes)
{
    /// <summary>A text.</summary>
    public static EncodeContent OfText(string text) => new(Modality.Text, text, null);

    /// <summary>A picture's bytes.</summary>
    public static EncodeContent OfImage(byte[] bytes) => new(Modality.Image, null, bytes);

    internal Content ToContent() => Modality == Modality.Text ? Content.OfText(Text ?? "") : Content.OfImage(Bytes ?? []);
}

/// <summary>What became of one piece of content.</summary>
/// <param name="Vector">Its vector, little-endian float32; <c>null</c> if it failed.</param>
/// <param name="Error">Why it failed.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.Encoded")]
public sealed record Encoded([property: Id(0)] byte[]? Vector, [property: Id(1)] ManifoldException? Error);

/// <summary>A bundle that the cluster has loaded.</summary>
[GenerateSerializer, Immutable]
[Alias("manifold.BundleInfo")]
public sealed record BundleInfo(
    [property: Id(0)] string Name,
    [property: Id(1)] string Version,
    [property: Id(2)] int Dimension,
    [property: Id(3)] string[] Modalities,
    [property: Id(4)] string Description,
    [property: Id(5)] string License,
    [property: Id(6)] string Device);
