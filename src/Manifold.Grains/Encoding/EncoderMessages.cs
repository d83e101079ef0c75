using System.Runtime.InteropServices;
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

    /// <summary>A recording's bytes.</summary>
    public static EncodeContent OfAudio(byte[] bytes) => new(Modality.Audio, null, bytes);

    /// <summary>A video's bytes.</summary>
    public static EncodeContent OfVideo(byte[] bytes) => new(Modality.Video, null, bytes);

    /// <summary>Whether it is decoded for seconds or minutes, and has moments.</summary>
    internal bool IsRecording => Modality is Modality.Audio or Modality.Video;

    internal Content ToContent() => Modality switch
    {
        Modality.Text => Content.OfText(Text ?? ""),
        Modality.Audio => Content.OfAudio(Bytes ?? []),
        Modality.Video => Content.OfVideo(Bytes ?? []),
        _ => Content.OfImage(Bytes ?? []),
    };
}

/// <summary>What became of one piece of content.</summary>
/// <param name="Vector">Its vector, little-endian float32; <c>null</c> if it failed.</param>
/// <param name="Error">Why it failed.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.Encoded")]
public sealed record Encoded([property: Id(0)] byte[]? Vector, [property: Id(1)] ManifoldException? Error)
{
    /// <summary>Of a recording, the vectors of its moments one after the other, little-endian float32; else <c>null</c>.</summary>
    [Id(2)]
    public byte[]? Moments { get; init; }

    /// <summary>Start and end of each moment in seconds, little-endian float32.</summary>
    [Id(3)]
    public byte[]? Times { get; init; }

    internal static Encoded Of(EncodedContent content) => new(MemoryMarshal.AsBytes(content.Vector.AsSpan()).ToArray(), null)
    {
        Moments = content.Moments.Count == 0 ? null : [.. content.Moments.SelectMany(m => MemoryMarshal.AsBytes(m.Vector.AsSpan()).ToArray())],
        Times = content.Moments.Count == 0 ? null : MemoryMarshal.AsBytes<float>(content.Moments.SelectMany(m => (float[])[(float)m.StartSeconds, (float)m.EndSeconds]).ToArray()).ToArray(),
    };
}

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
