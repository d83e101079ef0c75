using NetVips;

namespace Manifold.Encoders.Tests;

public sealed class ImageDecoderTests
{
    private static readonly ImageDecoder Decoder = new();

    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.WebP)]
    [InlineData(ImageFormat.Gif)]
    public void DecodeRgb_EachFormat_HasItsColours(ImageFormat format)
    {
        using Image image = TestImages.RedAndBlue(64, 64);
        byte[] rgb = DecodeRgb(TestImages.Encode(image, format), 64, 64);
        AssertNear((255, 0, 0), At(rgb, 64, 10, 32), 6);
        AssertNear((0, 0, 255), At(rgb, 64, 53, 32), 6);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    [InlineData("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")]
    [InlineData("\uFEFF<?xml version=\"1.0\"?>\n<!-- <svg> to come -->\n<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\">\n")]
    [InlineData("<!DOCTYPE svg [ <!ENTITY ns \"http://example.org/\"> ]>\n  ")]
    public void DecodeRgb_SvgWithAnyPrologue_IsDrawn(string prologue)
    {
        byte[] svg = TestImages.Svg("<rect width=\"32\" height=\"64\" fill=\"red\"/>", prologue);
        byte[] rgb = DecodeRgb(svg, 16, 16);
        AssertNear((255, 0, 0), At(rgb, 16, 3, 8), 2);
        AssertNear((255, 255, 255), At(rgb, 16, 12, 8), 2);
    }

    [Fact]
    public void DecodeRgb_PictureOfTheTargetsSize_IsCopiedExactly()
    {
        using Image image = TestImages.Noise(40, 30);
        Assert.Equal(image.WriteToMemory<byte>(), DecodeRgb(image.PngsaveBuffer(), 40, 30));
    }

    [Theory]
    [InlineData(ResampleFilter.Bicubic)]
    [InlineData(ResampleFilter.Bilinear)]
    public void DecodeRgb_TransparentPixelsOfBlack_LeaveNoDarkFringeOnWhite(ResampleFilter filter)
    {
        // A white disc on transparent black: composed on white, nothing but white may come out at any size.
        const int Side = 96;
        byte[] pixels = new byte[Side * Side * 4];
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                if (((x - 48) * (x - 48)) + ((y - 48) * (y - 48)) < 40 * 40)
                    pixels.AsSpan(((y * Side) + x) * 4, 4).Fill(255);
            }
        }

        using Image image = TestImages.Rgb(pixels, Side, Side, 4);
        byte[] png = image.PngsaveBuffer();
        foreach (int side in (int[])[17, 64, 96, 150])
        {
            byte[] rgb = new byte[side * side * 3];
            Decoder.DecodeRgb(png, side, side, ImageFit.Contain, RgbColor.White, filter, rgb);
            Assert.All(rgb, value => Assert.InRange(value, 254, 255));
        }
    }

    [Fact]
    public void DecodeRgba_LargeTransparentPicture_IsReducedWithPremultipliedAlpha()
    {
        // Large enough for the reduction while decoding: a checkerboard of opaque white and transparent black, 1 pixel a field.
        const int Side = 1024;
        byte[] pixels = new byte[Side * Side * 4];
        for (int i = 0; i < Side * Side; i++)
        {
            if (((i % Side) + (i / Side)) % 2 == 0)
                pixels.AsSpan(i * 4, 4).Fill(255);
        }

        using Image image = TestImages.Rgb(pixels, Side, Side, 4);
        byte[] rgba = new byte[64 * 64 * 4];
        Decoder.DecodeRgba(image.PngsaveBuffer(compression: 1), 64, 64, ImageFit.Contain, ResampleFilter.Bicubic, rgba);
        for (int i = 0; i < rgba.Length; i += 4)
        {
            Assert.InRange(rgba[i], 253, 255);
            Assert.InRange(rgba[i + 3], 126, 129);
        }
    }

    [Fact]
    public void DecodeRgb_TransparentPicture_LiesOnTheBackgroundThatIsAskedFor()
    {
        using Image image = TestImages.Rgb(new byte[4], 1, 1, 4);
        byte[] rgb = new byte[4 * 4 * 3];
        Decoder.DecodeRgb(image.PngsaveBuffer(), 4, 4, ImageFit.Stretch, RgbColor.Parse("#102030"), ResampleFilter.Bicubic, rgb);
        Assert.All(rgb.Chunk(3), p => Assert.Equal([0x10, 0x20, 0x30], p));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void DecodeRgb_ExifOrientation_TurnsThePicture(int orientation)
    {
        using Image noise = TestImages.Noise(24, 16);
        using Image tagged = noise.Mutate(m => m.Set(GValue.GIntType, "orientation", orientation));
        using Image upright = tagged.Autorot();
        byte[] rgb = DecodeRgb(tagged.WebpsaveBuffer(lossless: true), upright.Width, upright.Height);
        Assert.Equal(upright.WriteToMemory<byte>(), rgb);
    }

    [Fact]
    public void DecodeRgb_JpegWithOrientation_TurnsThePicture()
    {
        using Image image = TestImages.RedAndBlue(64, 32);
        using Image tagged = image.Mutate(m => m.Set(GValue.GIntType, "orientation", 6));
        byte[] rgb = DecodeRgb(tagged.JpegsaveBuffer(q: 95), 32, 64);
        AssertNear((255, 0, 0), At(rgb, 32, 16, 10), 8);
        AssertNear((0, 0, 255), At(rgb, 32, 16, 54), 8);
    }

    [Fact]
    public void DecodeRgb_SixteenBitPng_KeepsItsHighBytes()
    {
        using Image image = TestImages.RedAndBlue(32, 32);
        using Image wide = image.Colourspace(Enums.Interpretation.Rgb16);
        byte[] rgb = DecodeRgb(wide.PngsaveBuffer(), 32, 32);
        AssertNear((255, 0, 0), At(rgb, 32, 5, 5), 1);
        AssertNear((0, 0, 255), At(rgb, 32, 30, 5), 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void DecodeRgb_GreyPng_IsGrey(int bands)
    {
        using Image image = TestImages.Rgb([.. Enumerable.Repeat((byte[])[100, 255], 64).SelectMany(p => p[..bands])], 8, 8, bands);
        Assert.All(DecodeRgb(image.PngsaveBuffer(), 8, 8), value => Assert.Equal(100, value));
    }

    [Fact]
    public void DecodeRgb_PalettePng_HasItsColours()
    {
        using Image image = TestImages.RedAndBlue(32, 32);
        byte[] rgb = DecodeRgb(image.PngsaveBuffer(palette: true), 32, 32);
        AssertNear((255, 0, 0), At(rgb, 32, 5, 5), 4);
    }

    [Fact]
    public void DecodeRgb_CmykJpeg_IsConverted()
    {
        using Image image = TestImages.RedAndBlue(64, 64);
        using Image cmyk = image.Colourspace(Enums.Interpretation.Cmyk);
        byte[] rgb = DecodeRgb(cmyk.JpegsaveBuffer(q: 95), 64, 64);
        (int red, _, int blue) = At(rgb, 64, 10, 32);
        Assert.True(red > 150 && red > blue + 80, $"red half came out as {At(rgb, 64, 10, 32)}");
    }

    [Theory]
    [InlineData(64)]
    [InlineData(900)]
    public void DecodeRgb_EmbeddedProfile_IsHonoured(int side)
    {
        using Image image = TestImages.Rgb([.. Enumerable.Repeat((byte[])[200, 60, 40], side * side).SelectMany(p => p)], side, side, 3);
        using Image displayP3 = image.IccTransform("p3");
        byte[] png = displayP3.PngsaveBuffer(compression: 1);
        Assert.NotEqual(200, displayP3.Getpoint(1, 1)[0]);
        ImageDecoderTests.AssertNear((200, 60, 40), At(DecodeRgb(png, 32, 32), 32, 16, 16), 3);
    }

    [Fact]
    public void DecodeRgb_AnimatedGif_ShowsItsFirstFrame()
    {
        using Image first = TestImages.RedAndBlue(16, 16);
        using Image second = first.Invert();
        using Image both = Image.Arrayjoin([first, second], across: 1);
        using Image pages = both.Mutate(m => m.Set(GValue.GIntType, "page-height", 16));
        byte[] rgb = DecodeRgb(pages.GifsaveBuffer(), 16, 16);
        AssertNear((255, 0, 0), At(rgb, 16, 3, 8), 6);
        AssertNear((0, 0, 255), At(rgb, 16, 12, 8), 6);
    }

    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.WebP)]
    public void DecodeRgb_LargePicture_IsReducedToTheSameColours(ImageFormat format)
    {
        using Image image = TestImages.RedAndBlue(3000, 2000);
        byte[] rgb = DecodeRgb(TestImages.Encode(image, format), 60, 40);
        AssertNear((255, 0, 0), At(rgb, 60, 10, 20), 6);
        AssertNear((0, 0, 255), At(rgb, 60, 50, 20), 6);
        AssertNear((255, 0, 0), At(rgb, 60, 27, 0), 6);
        AssertNear((0, 0, 255), At(rgb, 60, 32, 39), 6);
    }

    [Fact]
    public void Decode_Preprocessing_ScalesAndOrdersChannelsFirst()
    {
        var preprocessing = new ImagePreprocessing { Width = 2, Height = 1, Mean = [0.5, 0, 0], Std = [0.5, 1, 2] };
        using Image image = TestImages.Rgb([255, 0, 0, 0, 0, 255], 2, 1, 3);
        float[] input = new float[6];
        Decoder.Decode(image.PngsaveBuffer(), preprocessing, input);
        Assert.Equal([1, -1, 0, 0, 0, 0.5f], input.Select(v => MathF.Round(v, 5)));
    }

    [Fact]
    public void Decode_SliceOfALargerBuffer_IsTheSlice()
    {
        using Image image = TestImages.RedAndBlue(8, 8);
        byte[] png = image.PngsaveBuffer();
        byte[] padded = [.. new byte[100], .. png, .. new byte[100]];
        byte[] rgb = new byte[8 * 8 * 3];
        Decoder.DecodeRgb(padded.AsMemory(100, png.Length), 8, 8, ImageFit.Contain, RgbColor.White, ResampleFilter.Bicubic, rgb);
        Assert.Equal(image.WriteToMemory<byte>(), rgb);
    }

    internal static byte[] DecodeRgb(byte[] content, int width, int height, ImageFit fit = ImageFit.Contain)
    {
        byte[] rgb = new byte[width * height * 3];
        Decoder.DecodeRgb(content, width, height, fit, RgbColor.White, ResampleFilter.Bicubic, rgb);
        return rgb;
    }

    internal static (int Red, int Green, int Blue) At(byte[] rgb, int width, int x, int y)
    {
        int at = ((y * width) + x) * 3;
        return (rgb[at], rgb[at + 1], rgb[at + 2]);
    }

    internal static void AssertNear((int Red, int Green, int Blue) expected, (int Red, int Green, int Blue) actual, int tolerance)
    {
        bool near = Math.Abs(expected.Red - actual.Red) <= tolerance
            && Math.Abs(expected.Green - actual.Green) <= tolerance
            && Math.Abs(expected.Blue - actual.Blue) <= tolerance;
        Assert.True(near, $"expected {expected} within {tolerance}, got {actual}");
    }
}
