namespace Manifold.Encoders;

/// <summary>
/// One thing to be encoded. Immutable; memory that is given is not copied, so it must not change
/// until the encoding has been awaited.
/// </summary>
public sealed class Content
{
    private Content(Modality modality) => Modality = modality;

    /// <summary>Which tower encodes it.</summary>
    public Modality Modality { get; }

    /// <summary>The text; empty for every other modality.</summary>
    public string Text { get; private init; } = string.Empty;

    /// <summary>The encoded file (PNG, JPEG, MP3, MP4, …) as the caller has it; empty for text.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private init; }

    /// <summary>A part of a recording that is decoded already: what an audio tower takes.</summary>
    internal ReadOnlyMemory<float> Samples { get; private init; }

    /// <summary>A picture that is decoded already: a frame of a video.</summary>
    internal VideoFrame? Frame { get; private init; }

    /// <summary>A text.</summary>
    public static Content OfText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new Content(Modality.Text) { Text = text };
    }

    /// <summary>A picture file.</summary>
    public static Content OfImage(ReadOnlyMemory<byte> bytes) => new(Modality.Image) { Bytes = bytes };

    /// <summary>A recording whose sound counts; a video file is taken too.</summary>
    public static Content OfAudio(ReadOnlyMemory<byte> bytes) => new(Modality.Audio) { Bytes = bytes };

    /// <summary>A video file, with or without sound.</summary>
    public static Content OfVideo(ReadOnlyMemory<byte> bytes) => new(Modality.Video) { Bytes = bytes };

    internal static Content OfSamples(ReadOnlyMemory<float> samples) => new(Modality.Audio) { Samples = samples };

    internal static Content OfFrame(VideoFrame frame) => new(Modality.Image) { Frame = frame };
}
