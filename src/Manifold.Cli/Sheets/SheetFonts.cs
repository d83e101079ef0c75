using SkiaSharp;

namespace Manifold.Cli.Sheets;

/// <summary>The fonts that come with the tool: Noto Sans for Latin, Greek and Cyrillic, and a fallback for Chinese and Japanese.</summary>
/// <remarks>Not thread-safe; a sheet has its own.</remarks>
internal sealed class SheetFonts : IDisposable
{
    /// <summary>Drawn for a character that no font has.</summary>
    private const int MissingGlyph = '\u25A1';

    private readonly SKTypeface _regular = Load("NotoSans-Regular-Subset.ttf");
    private readonly SKTypeface _bold = Load("NotoSans-Bold-Subset.ttf");
    private readonly SKTypeface _cjk = Load("DroidSansFallback-Subset.ttf");
    private readonly Dictionary<(SKTypeface Typeface, float Size), SKFont> _fonts = [];

    /// <summary>The font for a character, and the character that it shows.</summary>
    public (SKFont Font, int Codepoint) For(int codepoint, float size, bool bold)
    {
        var latin = bold ? _bold : _regular;
        var font = Font(latin, size);
        if (font.ContainsGlyph(codepoint))
            return (font, codepoint);
        var fallback = Font(_cjk, size);
        return fallback.ContainsGlyph(codepoint) ? (fallback, codepoint) : (font, MissingGlyph);
    }

    /// <summary>Whether one of the fonts has the character.</summary>
    public bool Has(int codepoint) => Font(_regular, 12).ContainsGlyph(codepoint) || Font(_cjk, 12).ContainsGlyph(codepoint);

    public void Dispose()
    {
        foreach (var font in _fonts.Values)
            font.Dispose();
        _regular.Dispose();
        _bold.Dispose();
        _cjk.Dispose();
    }

    private SKFont Font(SKTypeface typeface, float size)
    {
        if (!_fonts.TryGetValue((typeface, size), out var font))
        {
            font = new SKFont(typeface, size) { Edging = SKFontEdging.Antialias, Subpixel = true, LinearMetrics = true, Hinting = SKFontHinting.None };
            _fonts.Add((typeface, size), font);
        }

        return font;
    }

    private static SKTypeface Load(string name)
    {
        using var stream = typeof(SheetFonts).Assembly.GetManifestResourceStream($"Fonts/{name}")
            ?? throw new InvalidOperationException($"the font {name} is not in the assembly");
        return SKTypeface.FromStream(stream);
    }
}
