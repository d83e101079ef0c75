using System.Buffers;

namespace Manifold.Encoders;

/// <summary>The picture formats that are taken.</summary>
public enum ImageFormat
{
    Png,
    Jpeg,
    WebP,
    Gif,
    Svg,
}

/// <summary>Tells a format by the file's first bytes, never by a name: nothing else reaches a decoder.</summary>
internal static class ImageFormats
{
    private static readonly SearchValues<byte> AfterTagName = SearchValues.Create(" \t\r\n/>"u8);

    public static ImageFormat? Detect(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]))
            return ImageFormat.Png;
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return ImageFormat.Jpeg;
        if (bytes.StartsWith("GIF87a"u8) || bytes.StartsWith("GIF89a"u8))
            return ImageFormat.Gif;
        if (bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..12].SequenceEqual("WEBP"u8))
            return ImageFormat.WebP;
        return IsSvg(bytes) ? ImageFormat.Svg : null;
    }

    /// <summary>
    /// True where the first element is <c>svg</c>, after an optional byte order mark, white space, an XML declaration, comments and a
    /// document type with or without declarations of its own.
    /// </summary>
    private static bool IsSvg(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("\uFEFF"u8))
            bytes = bytes[3..];
        while (true)
        {
            bytes = bytes.TrimStart(" \t\r\n"u8);
            if (bytes.StartsWith("<?"u8))
            {
                if (!SkipPast(ref bytes, "?>"u8))
                    return false;
            }
            else if (bytes.StartsWith("<!--"u8))
            {
                if (!SkipPast(ref bytes, "-->"u8))
                    return false;
            }
            else if (bytes.StartsWith("<!DOCTYPE"u8))
            {
                int subset = bytes.IndexOf((byte)'['), end = bytes.IndexOf((byte)'>');
                if (subset >= 0 && subset < end && !SkipPast(ref bytes, "]"u8))
                    return false;
                if (!SkipPast(ref bytes, ">"u8))
                    return false;
            }
            else
            {
                return IsSvgTag(bytes);
            }
        }
    }

    private static bool IsSvgTag(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOfAny(AfterTagName);
        return bytes.Length > 0 && bytes[0] == (byte)'<' && end > 0 && (bytes[..end].SequenceEqual("<svg"u8) || bytes[..end].EndsWith(":svg"u8));
    }

    private static bool SkipPast(ref ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> mark)
    {
        int at = bytes.IndexOf(mark);
        if (at < 0)
            return false;
        bytes = bytes[(at + mark.Length)..];
        return true;
    }
}
