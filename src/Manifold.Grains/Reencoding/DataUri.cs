using System.Text;

namespace Manifold.Grains;

/// <summary><c>data:</c> URIs (RFC 2397), which hold content themselves.</summary>
internal static class DataUri
{
    private const string Scheme = "data:", Base64 = ";base64";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether a reference is one.</summary>
    public static bool Is(string reference) => reference.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>A text: readable as long as that takes at most twice its bytes, as it does in Latin scripts.</summary>
    /// <exception cref="EncoderFallbackException">The text has half a surrogate pair.</exception>
    public static string OfText(string text)
    {
        const string MediaType = $"{Scheme}text/plain;charset=utf-8";
        var bytes = Utf8.GetBytes(text);
        var escaped = Uri.EscapeDataString(text);
        return escaped.Length <= 2 * bytes.Length ? $"{MediaType},{escaped}" : $"{MediaType}{Base64},{Convert.ToBase64String(bytes)}";
    }

    /// <summary>The content's bytes.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static byte[] Read(string uri)
    {
        var comma = uri.IndexOf(',', StringComparison.Ordinal);
        if (!Is(uri) || comma < 0)
        {
            throw new FormatException("a data: URI has a comma before its content");
        }
        var content = Uri.UnescapeDataString(uri[(comma + 1)..]);
        return uri[..comma].EndsWith(Base64, StringComparison.OrdinalIgnoreCase) ? Convert.FromBase64String(content) : Utf8.GetBytes(content);
    }

    /// <summary>The bytes of a text as that.</summary>
    /// <exception cref="FormatException">They are not UTF-8.</exception>
    public static string TextOf(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Utf8.GetString(bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new FormatException("it is not a text in UTF-8");
        }
    }
}
