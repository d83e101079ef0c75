namespace Manifold.Client;

/// <summary>Content that a bundle on the server turns into vectors: a text, or the bytes of a picture, a recording or a video.</summary>
public sealed record Content
{
    private Content(Modality modality, string? text, ReadOnlyMemory<byte> bytes) => (Modality, Text, Bytes) = (modality, text, bytes);

    /// <summary>What it is; never <see cref="Modality.None"/>.</summary>
    public Modality Modality { get; }

    /// <summary>The text; null for a file.</summary>
    public string? Text { get; }

    /// <summary>The bytes of a file; empty for a text. The caller keeps ownership and leaves them unchanged while a call runs.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    public static Content FromText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new(Modality.Text, text, default);
    }

    /// <summary>The bytes of a PNG, JPEG, WebP, GIF or SVG file.</summary>
    public static Content FromImage(ReadOnlyMemory<byte> image) => new(Modality.Image, null, image);

    /// <summary>The bytes of a recording of sound (WAV, MP3, FLAC, Ogg, M4A, …), or of a video, whose sound counts.</summary>
    public static Content FromAudio(ReadOnlyMemory<byte> audio) => new(Modality.Audio, null, audio);

    /// <summary>The bytes of a video (MP4, MOV, WebM, Matroska, …), with or without sound.</summary>
    public static Content FromVideo(ReadOnlyMemory<byte> video) => new(Modality.Video, null, video);
}
