namespace Manifold.Encoders;

/// <summary>
/// One thing to be encoded. Immutable; the memory given to <see cref="OfImage"/> is not copied, so it must not change
/// until the encoding has been awaited.
/// </summary>
public sealed class Content
{
    private Content(Modality modality, string text, ReadOnlyMemory<byte> bytes)
    {
        Modality = modality;
        Text = text;
        Bytes = bytes;
    }

    /// <summary>Which tower encodes it.</summary>
    public Modality Modality { get; }

    /// <summary>The text; empty for every other modality.</summary>
    public string Text { get; }

    /// <summary>The encoded file (PNG, JPEG, …) as the caller has it; empty for text.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    public static Content OfText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new Content(Modality.Text, text, default);
    }

    public static Content OfImage(ReadOnlyMemory<byte> bytes) => new(Modality.Image, string.Empty, bytes);
}
