using System.Globalization;
using Manifold.Cli.Output;
using Manifold.Cli.Sources;
using Manifold.Client;
using SkiaSharp;

namespace Manifold.Cli.Sheets;

/// <summary>Draws queries and their hits, one query a row: the query at the left, then its hits as thumbnails with caption, score and id.</summary>
internal sealed class ContactSheet : IDisposable
{
    // All lengths are in points of the layout; the picture has Scale pixels to a point, so that text is sharp on dense screens.
    private const float Scale = 1.5f;
    private const int Columns = 6;
    private const float Margin = 36;
    private const float QueryWidth = 232;
    private const float CellWidth = 156;
    private const float CellGap = 14;
    private const float CellHeight = CellWidth + 56;
    private const float RowPadding = 16;
    private const float HeaderHeight = 92;
    private const float Width = (2 * Margin) + QueryWidth + (Columns * (CellWidth + CellGap));
    private const float Inset = 10;

    private static readonly SKColor Ink = new(0x1B, 0x1F, 0x24);
    private static readonly SKColor Grey = new(0x6B, 0x74, 0x80);
    private static readonly SKColor Accent = new(0x1F, 0x5F, 0xBF);
    private static readonly SKColor Edge = new(0xDD, 0xE1, 0xE6);
    private static readonly SKColor Paper = new(0xF6, 0xF7, 0xF9);

    private readonly SheetFonts _fonts = new();
    private readonly TextLayout _layout;
    private readonly SKPaint _paint = new() { IsAntialias = true };

    private ContactSheet() => _layout = new TextLayout(_fonts);

    /// <summary>Writes a sheet as a PNG file.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static async Task WriteAsync(string path, string subtitle, IReadOnlyList<SheetRow> rows, CancellationToken cancellationToken)
    {
        var png = await RenderAsync(subtitle, rows, cancellationToken);
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        await File.WriteAllBytesAsync(path, png, cancellationToken);
    }

    /// <summary>A sheet as the bytes of a PNG file.</summary>
    public static async Task<byte[]> RenderAsync(string subtitle, IReadOnlyList<SheetRow> rows, CancellationToken cancellationToken)
    {
        using var sheet = new ContactSheet();
        return await sheet.DrawAsync(subtitle, rows, cancellationToken);
    }

    public void Dispose()
    {
        _paint.Dispose();
        _fonts.Dispose();
    }

    private async Task<byte[]> DrawAsync(string subtitle, IReadOnlyList<SheetRow> rows, CancellationToken cancellationToken)
    {
        var height = HeaderHeight + rows.Sum(RowHeight) + (Margin / 2);
        using var surface = SKSurface.Create(new SKImageInfo((int)(Width * Scale), (int)(height * Scale)));
        var canvas = surface.Canvas;
        canvas.Clear(SKColors.White);
        canvas.Scale(Scale);

        Text(canvas, "Manifold", Margin, Margin - 4, Width, 26, Ink, bold: true);
        Text(canvas, subtitle, Margin, Margin + 30, Width - (2 * Margin), 13, Grey);
        var top = HeaderHeight;
        foreach (var row in rows)
        {
            _paint.Color = Edge;
            canvas.DrawRect(Margin, top, Width - (2 * Margin), 1, _paint);
            await DrawQueryAsync(canvas, row, Margin, top + RowPadding, cancellationToken);
            for (var i = 0; i < row.Hits.Count; i++)
            {
                var x = Margin + QueryWidth + CellGap + (i % Columns * (CellWidth + CellGap));
                var y = top + RowPadding + (i / Columns * (CellHeight + CellGap));
                await DrawHitAsync(canvas, row.Hits[i], x, y, cancellationToken);
            }

            top += RowHeight(row);
        }

        using var image = surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    private static float RowHeight(SheetRow row)
    {
        var lines = Math.Max(1, (row.Hits.Count + Columns - 1) / Columns);
        return (2 * RowPadding) + (lines * CellHeight) + ((lines - 1) * CellGap);
    }

    private async Task DrawQueryAsync(SKCanvas canvas, SheetRow row, float x, float y, CancellationToken cancellationToken)
    {
        const float width = QueryWidth - 8;
        var medium = row.MediumPath is null ? null : ContentFile.ModalityOf(row.MediumPath) switch
        {
            Modality.Audio => "SOUND",
            Modality.Video => "VIDEO",
            _ => "PICTURE",
        };
        var kind = medium is null ? "TEXT" : row.Words.Length > 0 ? $"{medium} + TEXT" : medium;
        y = Text(canvas, row.Filter is null ? kind : $"{kind}, FILTERED", x, y, width, 10.5f, Accent, bold: true) + 6;
        if (row.MediumPath is { } path)
        {
            const float side = 112;
            await DrawMediumAsync(canvas, path, null, x, y, side, "query", cancellationToken);
            y += side + 10;
        }

        if (row.Words.Length > 0)
            y = Text(canvas, row.MediumPath is null ? row.Words : $"+ {row.Words}", x, y, width, 19, Ink, bold: true, maxLines: 4) + 6;
        if (row.Filter is { } filter)
            y = Text(canvas, $"where {filter}", x, y, width, 12, Grey, maxLines: 4);
        if (row.Hits.Count == 0)
            Text(canvas, "no hits", x, y + 6, width, 12, Grey);
    }

    private async Task DrawHitAsync(SKCanvas canvas, Hit hit, float x, float y, CancellationToken cancellationToken)
    {
        var item = hit.Item;
        var caption = Captions.Of(item);
        if (item.Modality == Modality.Text)
        {
            Box(canvas, x, y, CellWidth, Paper);
            // A few words would be lost in the box at the size of a paragraph.
            var (size, lines) = caption.Length <= 40 ? (18f, 5) : (13f, 7);
            Text(canvas, caption, x + Inset, y + Inset, CellWidth - (2 * Inset), size, Ink, maxLines: lines);
            caption = "text";
        }
        else
        {
            var interval = hit.Matches.MaxBy(match => match.Score)?.Place?.Interval;
            await DrawMediumAsync(canvas, item.ContentUri, interval is var (start, end) ? (start + end) / 2 : null, x, y, CellWidth, item.Id, cancellationToken);
            if (interval is not null)
                caption = $"{Captions.Of(new Place { Interval = interval })}: {caption}";
        }

        var below = y + CellWidth + 6;
        below = Text(canvas, caption.Length > 0 ? caption : Path.GetFileName(item.Id), x, below, CellWidth, 12.5f, Ink, maxLines: 2);
        var score = hit.Score.ToString("0.000", CultureInfo.InvariantCulture);
        Text(canvas, score, x, below + 1, 44, 11, Accent, bold: true);
        Text(canvas, item.Id, x + 42, below + 1, CellWidth - 42, 11, Grey);
    }

    /// <summary>A picture, what a video shows at a time (its first second where none is given), or a sign for a recording.</summary>
    private async Task DrawMediumAsync(SKCanvas canvas, string path, double? seconds, float x, float y, float side, string name, CancellationToken cancellationToken)
    {
        var modality = ContentFile.ModalityOf(path);
        Box(canvas, x, y, side, modality == Modality.Audio ? Paper : SKColors.White);
        if (modality == Modality.Audio)
        {
            DrawLoudspeaker(canvas, x + (side / 2), y + (side / 2), side / 5);
            return;
        }

        var room = side - (2 * Inset);
        using var bitmap = modality == Modality.Video
            ? await Thumbnails.LoadFrameAsync(path, seconds ?? 1, (int)(room * Scale), cancellationToken)
            : await Thumbnails.LoadAsync(path, (int)(room * Scale), cancellationToken);
        if (bitmap is null)
        {
            Text(canvas, $"no picture at hand: {name}", x + Inset, y + Inset, room, 11, Grey, maxLines: 6);
            return;
        }

        var (width, height) = (bitmap.Width / Scale, bitmap.Height / Scale);
        var target = SKRect.Create(x + ((side - width) / 2), y + ((side - height) / 2), width, height);
        using var image = SKImage.FromBitmap(bitmap);
        canvas.DrawImage(image, target, new SKSamplingOptions(SKCubicResampler.Mitchell));
    }

    private void DrawLoudspeaker(SKCanvas canvas, float x, float y, float size)
    {
        _paint.Color = Accent;
        using var cone = new SKPathBuilder();
        cone.AddPoly([new(x - size, y - (size * 0.35f)), new(x - (size * 0.5f), y - (size * 0.35f)), new(x, y - (size * 0.8f)), new(x, y + (size * 0.8f)), new(x - (size * 0.5f), y + (size * 0.35f)), new(x - size, y + (size * 0.35f))], close: true);
        using var shape = cone.Detach();
        canvas.DrawPath(shape, _paint);
        _paint.Style = SKPaintStyle.Stroke;
        _paint.StrokeWidth = size * 0.14f;
        for (var i = 1; i <= 2; i++)
        {
            var radius = size * 0.42f * i;
            canvas.DrawArc(SKRect.Create(x + (size * 0.1f) - radius, y - radius, 2 * radius, 2 * radius), -45, 90, useCenter: false, _paint);
        }

        _paint.Style = SKPaintStyle.Fill;
    }

    private void Box(SKCanvas canvas, float x, float y, float side, SKColor fill)
    {
        _paint.Color = Edge;
        canvas.DrawRoundRect(x, y, side, side, 7, 7, _paint);
        _paint.Color = fill;
        canvas.DrawRoundRect(x + 1, y + 1, side - 2, side - 2, 6, 6, _paint);
    }

    /// <summary>Draws lines of text from its upper edge down, and returns its lower edge.</summary>
    private float Text(SKCanvas canvas, string text, float x, float y, float width, float size, SKColor color, bool bold = false, int maxLines = 1)
    {
        _paint.Color = color;
        var lineHeight = size * 1.3f;
        foreach (var line in _layout.Break(text, size, bold, width, maxLines))
        {
            line.Draw(canvas, x, y + size, _paint);
            y += lineHeight;
        }

        return y;
    }
}
