using System.Text;

namespace Manifold.Index;

/// <summary>Strict UTF-8: text that has no UTF-8 form (a lone surrogate) is refused, never replaced, so that names and ids stay distinct.</summary>
internal static class Utf8Text
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The length of <paramref name="text"/> in UTF-8, or -1 where it has no UTF-8 form.</summary>
    public static int CountBytes(string text)
    {
        try
        {
            return Strict.GetByteCount(text);
        }
        catch (EncoderFallbackException)
        {
            return -1;
        }
    }

    /// <exception cref="ArgumentException">The text holds a lone surrogate.</exception>
    public static byte[] Encode(string text) => Strict.GetBytes(text);

    /// <exception cref="ArgumentException">The text holds a lone surrogate.</exception>
    public static int Encode(string text, Span<byte> destination) => Strict.GetBytes(text, destination);

    /// <summary>Decodes bytes that were checked to be UTF-8 when they were read or written.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
