using System.Globalization;
using System.Text.Json.Serialization;

namespace Manifold.Encoders;

/// <summary>An opaque sRGB colour, written <c>#rrggbb</c>.</summary>
[JsonConverter(typeof(RgbColorJsonConverter))]
public readonly record struct RgbColor(byte Red, byte Green, byte Blue)
{
    public static RgbColor White { get; } = new(255, 255, 255);

    /// <exception cref="FormatException">Not <c>#</c> and six hexadecimal digits.</exception>
    public static RgbColor Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length != 7 || text[0] != '#' || !uint.TryParse(text.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value))
            throw new FormatException($"'{text}' is not a colour of the form #rrggbb.");
        return new RgbColor((byte)(value >> 16), (byte)(value >> 8), (byte)value);
    }

    public override string ToString() => $"#{Red:x2}{Green:x2}{Blue:x2}";
}
