namespace Manifold.Client;

/// <summary>Content that a bundle on the server turns into a vector: a text, or the bytes of a picture file.</summary>
public sealed record Content
{
    private Content(string? text, ReadOnlyMemory<byte> image) => (Text, Image) = (text, image);

    /// <summary>The text; null for a picture.</summary>
    public string? Text { get; }

    /// <summary>The bytes of a picture file; empty for a text. The caller keeps ownership and leaves them unchanged while a call runs.</summary>
    public ReadOnlyMemory<byte> Image { get; }

    /// <summary><see cref="Client.Modality.Text"/> or <see cref="Client.Modality.Image"/>.</summary>
    public Modality Modality => Text is null ? Modality.Image : Modality.Text;

    public static Content FromText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new(text, default);
    }

    /// <summary>The bytes of a PNG, JPEG, WebP, GIF or SVG file.</summary>
    public static Content FromImage(ReadOnlyMemory<byte> image) => new(null, image);
}
