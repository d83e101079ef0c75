using System.Diagnostics;
using System.Text;
using NetVips;

namespace Manifold.Encoders.Tests;

public sealed class ImageRefusalTests
{
    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.WebP)]
    [InlineData(ImageFormat.Gif)]
    public void Decode_FileCutOffAnywhere_IsRefused(ImageFormat format)
    {
        using Image image = TestImages.Noise(96, 96);
        byte[] whole = TestImages.Encode(image, format);
        foreach (double share in (double[])[0.01, 0.1, 0.3, 0.5, 0.8, 0.95])
            AssertRefused(whole[..(int)(whole.Length * share)]);
    }

    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.WebP)]
    public void Decode_LargeFileCutOff_IsRefusedAlthoughItIsReduced(ImageFormat format)
    {
        using Image image = TestImages.Noise(700, 700);
        byte[] whole = TestImages.Encode(image, format);
        AssertRefused(whole[..(whole.Length * 2 / 3)]);
    }

    [Fact]
    public void Decode_PngWithAByteChanged_IsRefused()
    {
        using Image image = TestImages.Noise(64, 64);
        byte[] png = image.PngsaveBuffer();
        png[png.Length / 2] ^= 0x55;
        AssertRefused(png);
    }

    [Theory]
    [InlineData("This is a text file that somebody named picture.png.")]
    [InlineData("<html><body><svg/></body></html>")]
    [InlineData("<!-- never closed <svg>")]
    [InlineData("<svgx/>")]
    [InlineData("GIF90a")]
    [InlineData("BM\u0001\u0002\u0003\u0004\u0005\u0006")]
    public void Decode_FileOfAnotherKind_SaysWhichAreTaken(string text) =>
        Assert.Contains("PNG, JPEG, WebP, GIF and SVG", AssertRefused(Encoding.UTF8.GetBytes(text)).Message);

    [Fact]
    public void Decode_NothingAtAll_IsRefused() => Assert.Contains("empty", AssertRefused([]).Message);

    [Theory]
    [InlineData("\u0089PNG\r\n\u001a\n")]
    [InlineData("\u00ff\u00d8\u00ff")]
    [InlineData("GIF89a")]
    [InlineData("RIFF....WEBP")]
    [InlineData("<svg")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'><rect")]
    public void Decode_BeginningOnly_IsRefused(string latin1) => AssertRefused(Encoding.Latin1.GetBytes(latin1));

    [Fact]
    public void Decode_TwentyThousandSquared_IsRefusedFromTheHeaderWithBothSizes()
    {
        // Three rows of pixels only: that it is refused for its size and not for being cut off shows that no pixel was decoded.
        byte[] png = TestImages.PngWithSize(20_000, 20_000, rows: 3);
        string message = AssertRefused(png).Message;
        Assert.Contains("20,000 × 20,000", message);
        Assert.Contains("100,000,000", message);
    }

    [Fact]
    public void Decode_GifWithHugeCanvas_IsRefused()
    {
        // 65,535 × 65,535 on the canvas and in the frame; the whole file has 35 bytes.
        byte[] gif =
        [
            .. "GIF89a"u8, 0xFF, 0xFF, 0xFF, 0xFF, 0x80, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF,
            (byte)',', 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 2, 2, 0x4C, 1, 0, (byte)';',
        ];
        Assert.Contains("65,535 × 65,535", AssertRefused(gif).Message);
    }

    [Fact]
    public void Decode_MorePixelsOrBytesThanTheLimits_NamesTheLimit()
    {
        using Image image = TestImages.RedAndBlue(50, 50);
        byte[] png = image.PngsaveBuffer();
        Assert.Contains("2,499", AssertRefused(png, new ImageLimits { MaxPixels = 2499 }).Message);
        Assert.Contains($"{png.Length - 1}", AssertRefused(png, new ImageLimits { MaxBytes = png.Length - 1 }).Message);
        new ImageDecoder(new ImageLimits { MaxPixels = 2500, MaxBytes = png.Length })
            .DecodeRgb(png, 4, 4, ImageFit.Contain, RgbColor.White, ResampleFilter.Bicubic, new byte[48]);
    }

    [Fact]
    public void Decode_SvgThatNamesLocalFiles_ShowsNothingOfThem()
    {
        string red = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".png");
        using (Image image = TestImages.Rgb([.. Enumerable.Repeat((byte[])[255, 0, 0], 64).SelectMany(p => p)], 8, 8, 3))
            File.WriteAllBytes(red, image.PngsaveBuffer());
        try
        {
            byte[] svg = TestImages.Svg(
                $"<image width='64' height='64' xlink:href='file://{red}'/><image width='64' height='64' href='{red}'/><use xlink:href='file://{red}#a'/>");
            Assert.All(ImageDecoderTests.DecodeRgb(svg, 16, 16), value => Assert.Equal(255, value));
        }
        finally
        {
            File.Delete(red);
        }
    }

    [Fact]
    public void Decode_SvgWithExternalEntity_DoesNotReadIt()
    {
        // The entity's file holds an element that would paint everything red.
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".xml");
        File.WriteAllText(file, "<rect xmlns='http://www.w3.org/2000/svg' width='64' height='64' fill='red'/>");
        byte[] svg = TestImages.Svg("<rect width='1' height='1' fill='white'/>&x;", $"<!DOCTYPE svg [ <!ENTITY x SYSTEM \"file://{file}\"> ]>");
        try
        {
            Assert.All(ImageDecoderTests.DecodeRgb(svg, 16, 16), value => Assert.Equal(255, value));
        }
        catch (InvalidContentException)
        {
            // Refused as a whole is as good.
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Decode_SvgOfNestedEntities_DoesNotExpandWithoutEnd()
    {
        string entities = string.Concat(Enumerable.Range(1, 9).Select(i => $"<!ENTITY e{i} \"{string.Concat(Enumerable.Repeat($"&e{i - 1};", 10))}\">"));
        byte[] svg = TestImages.Svg("<text>&e9;</text>", $"<!DOCTYPE svg [ <!ENTITY e0 \"lol\"> {entities} ]>");
        long before = Process.GetCurrentProcess().PeakWorkingSet64;
        try
        {
            ImageDecoderTests.DecodeRgb(svg, 16, 16);
        }
        catch (InvalidContentException)
        {
            // Refused as a whole is as good.
        }

        Assert.InRange(Process.GetCurrentProcess().PeakWorkingSet64 - before, 0, 1L << 30);
    }

    [Fact]
    public void Decode_FromManyThreads_GoodAndBadPicturesDoNotDisturbEachOther()
    {
        using Image image = TestImages.Noise(64, 64);
        byte[] good = image.PngsaveBuffer(), bad = good[..(good.Length / 2)];
        byte[] expected = image.WriteToMemory<byte>();
        Parallel.For(0, 400, new ParallelOptions { CancellationToken = TestContext.Current.CancellationToken }, i =>
        {
            if (i % 2 == 0)
                Assert.Equal(expected, ImageDecoderTests.DecodeRgb(good, 64, 64));
            else
                AssertRefused(bad);
        });
    }

    private static InvalidContentException AssertRefused(byte[] content, ImageLimits? limits = null)
    {
        var decoder = new ImageDecoder(limits);
        return Assert.Throws<InvalidContentException>(
            () => decoder.DecodeRgb(content, 32, 32, ImageFit.Contain, RgbColor.White, ResampleFilter.Bicubic, new byte[32 * 32 * 3]));
    }
}
