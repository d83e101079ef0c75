using System.Text;
using SkiaSharp;

namespace Manifold.Cli.Sheets;

/// <summary>Breaks text into lines and draws them, each character in the first font that has it.</summary>
internal sealed class TextLayout(SheetFonts fonts)
{
    private const int Ellipsis = '…';

    private readonly record struct Glyph(int Codepoint, SKFont Font, float Width, bool BreakAfter);

    /// <summary>A line that fits.</summary>
    internal sealed class Line
    {
        private readonly List<(SKFont Font, StringBuilder Text, float Width)> _runs = [];

        public float Width { get; private set; }

        public void Append(SKFont font, int codepoint, float width)
        {
            if (_runs.Count == 0 || !ReferenceEquals(_runs[^1].Font, font))
                _runs.Add((font, new StringBuilder(), 0));
            var (_, text, soFar) = _runs[^1];
            text.Append(new Rune(codepoint).ToString());
            _runs[^1] = (font, text, soFar + width);
            Width += width;
        }

        public void Draw(SKCanvas canvas, float x, float baseline, SKPaint paint)
        {
            foreach (var (font, text, width) in _runs)
            {
                canvas.DrawText(text.ToString(), x, baseline, SKTextAlign.Left, font, paint);
                x += width;
            }
        }
    }

    /// <summary>Lines no wider than <paramref name="width"/>, broken after blanks and between ideographs; what is too much ends in an ellipsis.</summary>
    public IReadOnlyList<Line> Break(string text, float size, bool bold, float width, int maxLines)
    {
        var glyphs = Measure(text, size, bold);
        var lines = new List<Line>();
        var start = 0;
        while (start < glyphs.Count && lines.Count < maxLines)
        {
            var end = EndOfLine(glyphs, start, width);
            if (lines.Count == maxLines - 1 && end < glyphs.Count)
            {
                lines.Add(Shortened(glyphs, start, size, bold, width));
                break;
            }

            lines.Add(LineOf(glyphs, start, end));
            start = end;
            while (start < glyphs.Count && glyphs[start].Codepoint == ' ')
                start++;
        }

        return lines;
    }

    private List<Glyph> Measure(string text, float size, bool bold)
    {
        var glyphs = new List<Glyph>(text.Length);
        foreach (var rune in text.Trim().EnumerateRunes())
        {
            // Variation selectors and joiners have no shape of their own.
            if (rune.Value is (>= 0xFE00 and <= 0xFE0F) or 0x200D)
                continue;
            var (font, codepoint) = fonts.For(Rune.IsControl(rune) ? ' ' : rune.Value, size, bold);
            var breakAfter = codepoint is ' ' or '/' or '-' or '_' || codepoint >= 0x2E80;
            glyphs.Add(new Glyph(codepoint, font, font.MeasureText(new Rune(codepoint).ToString()), breakAfter));
        }

        return glyphs;
    }

    private static int EndOfLine(List<Glyph> glyphs, int start, float width)
    {
        var used = 0f;
        var lastBreak = -1;
        for (var i = start; i < glyphs.Count; i++)
        {
            if (i > start && glyphs[i].Codepoint >= 0x2E80)
                lastBreak = i;
            used += glyphs[i].Width;
            // A blank at the end of a line may stick out.
            if (used > width && glyphs[i].Codepoint != ' ')
                return lastBreak > start ? lastBreak : Math.Max(i, start + 1);
            if (glyphs[i].BreakAfter)
                lastBreak = i + 1;
        }

        return glyphs.Count;
    }

    private static Line LineOf(List<Glyph> glyphs, int start, int end)
    {
        var line = new Line();
        for (var i = start; i < end; i++)
            line.Append(glyphs[i].Font, glyphs[i].Codepoint, glyphs[i].Width);
        return line;
    }

    private Line Shortened(List<Glyph> glyphs, int start, float size, bool bold, float width)
    {
        var (font, codepoint) = fonts.For(Ellipsis, size, bold);
        var room = width - font.MeasureText("…");
        var line = new Line();
        for (var i = start; i < glyphs.Count && line.Width + glyphs[i].Width <= room; i++)
            line.Append(glyphs[i].Font, glyphs[i].Codepoint, glyphs[i].Width);
        line.Append(font, codepoint, font.MeasureText("…"));
        return line;
    }
}
