using Manifold.Cli.Sheets;
using Manifold.Client;
using SkiaSharp;

namespace Manifold.Cli.Tests;

public sealed class ContactSheetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static Hit Hit(string id, string caption, Modality modality = Modality.Text, string uri = "") => new(
        new Item { Id = id, Modality = modality, ContentUri = uri, Attributes = new Dictionary<string, object> { ["caption"] = caption } }, 0.5f);

    private static async Task<SKBitmap> RenderAsync(params SheetRow[] rows) =>
        SKBitmap.Decode(await ContactSheet.RenderAsync("a test", rows, TestContext.Current.CancellationToken));

    [Fact]
    public async Task Render_PictureHit_ShowsItsPixels()
    {
        var red = _folder.Write("red.png", TestPictures.Png(new SKColor(250, 10, 20)));

        using var sheet = await RenderAsync(new SheetRow("red", null, null, [Hit("a", "red thing", Modality.Image, red)]));

        Assert.InRange(sheet.Pixels.Count(p => p is { Red: > 240, Green: < 30, Blue: < 40 }), 10_000, 60_000);
    }

    [Fact]
    public async Task Render_MoreHitsThanColumns_MakesTheRowHigher()
    {
        using var one = await RenderAsync(new SheetRow("q", null, null, [.. Enumerable.Range(0, 6).Select(i => Hit($"{i}", "x"))]));
        using var two = await RenderAsync(new SheetRow("q", null, null, [.. Enumerable.Range(0, 7).Select(i => Hit($"{i}", "x"))]));

        Assert.Equal(one.Width, two.Width);
        Assert.True(two.Height > one.Height + 150);
    }

    [Fact]
    public async Task Render_PictureThatIsGone_StillDrawsTheRest()
    {
        using var sheet = await RenderAsync(new SheetRow("", _folder.File("gone.png"), "year > 3", [Hit("a", "x", Modality.Image, _folder.File("gone.png"))]));
        using var empty = await RenderAsync(new SheetRow("", null, null, []));

        Assert.True(sheet.Pixels.Count(IsInk) > empty.Pixels.Count(IsInk) + 2000);
    }

    [Fact]
    public async Task Render_ChineseCaption_DrawsOtherInkThanMissingGlyphs()
    {
        using var chinese = await RenderAsync(new SheetRow("太阳和月亮", null, null, []));
        using var missing = await RenderAsync(new SheetRow("\uE000\uE000\uE000\uE000\uE000", null, null, []));

        Assert.NotEqual(DarkPixels(missing), DarkPixels(chinese));
        Assert.True(DarkPixels(chinese) > 300);
    }

    [Theory]
    [InlineData("红色的苹果太阳月亮猫狗")]
    [InlineData("繁體中文貓與樂")]
    [InlineData("かわいい猫カメラ")]
    [InlineData("Ελληνικά Русский Українська Čeština ñ œ ß")]
    public void Fonts_CommonScripts_HaveEveryCharacter(string text)
    {
        using var fonts = new SheetFonts();

        Assert.All(text.EnumerateRunes(), rune => Assert.True(fonts.Has(rune.Value), $"no glyph for {rune}"));
    }

    [Fact]
    public void Break_LongTexts_FitTheWidthAndEndInAnEllipsis()
    {
        using var fonts = new SheetFonts();
        var layout = new TextLayout(fonts);

        foreach (var text in new[] { "some words that go on and on for longer than two lines", "没有空格的很长的中文句子也要在任何地方断开成为两行", new string('x', 300) })
        {
            var lines = layout.Break(text, 14, bold: false, width: 120, maxLines: 2);
            Assert.Equal(2, lines.Count);
            Assert.All(lines, l => Assert.InRange(l.Width, 60, 126));
        }

        Assert.Empty(layout.Break("   ", 14, bold: false, width: 120, maxLines: 2));
        Assert.Single(layout.Break("short", 14, bold: false, width: 120, maxLines: 2));
    }

    private static int DarkPixels(SKBitmap bitmap) => bitmap.Pixels.Count(p => p is { Red: < 100, Green: < 100, Blue: < 110 });

    private static bool IsInk(SKColor pixel) => pixel.Red < 0xD0;
}
