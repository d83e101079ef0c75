using NetVips;

namespace Manifold.Encoders.Tests;

public sealed class ImageFitTests
{
    private static readonly (int Red, int Green, int Blue) White = (255, 255, 255), Red = (255, 0, 0), Blue = (0, 0, 255);

    [Fact]
    public void Contain_WidePicture_IsPaddedAboveAndBelow()
    {
        byte[] rgb = Decode(64, 32, 16, 16, ImageFit.Contain);
        Assert.Equal(White, ImageDecoderTests.At(rgb, 16, 3, 3));
        Assert.Equal(Red, ImageDecoderTests.At(rgb, 16, 3, 4));
        Assert.Equal(Blue, ImageDecoderTests.At(rgb, 16, 12, 11));
        Assert.Equal(White, ImageDecoderTests.At(rgb, 16, 12, 12));
    }

    [Fact]
    public void Contain_SmallPicture_IsEnlarged()
    {
        byte[] rgb = Decode(4, 4, 32, 32, ImageFit.Contain);
        Assert.Equal(Red, ImageDecoderTests.At(rgb, 32, 0, 0));
        Assert.Equal(Blue, ImageDecoderTests.At(rgb, 32, 31, 31));
    }

    [Fact]
    public void Cover_WidePicture_KeepsItsMiddle()
    {
        // 96 × 32: left third red, middle half red and half blue, right third blue; the middle square is what stays.
        byte[] rgb = Decode(96, 32, 16, 16, ImageFit.Cover);
        ImageDecoderTests.AssertNear(Red, ImageDecoderTests.At(rgb, 16, 3, 0), 1);
        ImageDecoderTests.AssertNear(Blue, ImageDecoderTests.At(rgb, 16, 12, 15), 1);
        Assert.DoesNotContain(rgb.Chunk(3), p => p[0] > 250 && p[1] > 250 && p[2] > 250);
    }

    [Fact]
    public void Stretch_WidePicture_FillsTheBox()
    {
        byte[] rgb = Decode(100, 10, 16, 16, ImageFit.Stretch);
        ImageDecoderTests.AssertNear(Red, ImageDecoderTests.At(rgb, 16, 1, 0), 2);
        ImageDecoderTests.AssertNear(Blue, ImageDecoderTests.At(rgb, 16, 14, 15), 2);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 4000)]
    [InlineData(4000, 1)]
    [InlineData(20000, 20)]
    [InlineData(3, 20000)]
    [InlineData(2, 2)]
    public void EveryFit_ExtremeProportions_Decodes(int width, int height)
    {
        foreach (ImageFit fit in Enum.GetValues<ImageFit>())
        {
            byte[] rgb = Decode(width, height, 32, 32, fit);
            Assert.Contains(rgb, v => v < 255);
        }
    }

    [Theory]
    [InlineData(1, 3000)]
    [InlineData(3000, 1)]
    [InlineData(0.5, 0.5)]
    [InlineData(100000, 100000)]
    public void EveryFit_SvgOfExtremeProportions_IsDrawn(double width, double height)
    {
        byte[] svg = System.Text.Encoding.UTF8.GetBytes(
            FormattableString.Invariant($"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}'><rect width='100%' height='100%' fill='red'/></svg>"));
        foreach (ImageFit fit in Enum.GetValues<ImageFit>())
        {
            byte[] rgb = ImageDecoderTests.DecodeRgb(svg, 32, 32, fit);
            ImageDecoderTests.AssertNear(Red, ImageDecoderTests.At(rgb, 32, 15, 15), 140);
        }
    }

    [Fact]
    public void Resize_AgainstPlainDefinition_IsTheSameWithinRounding()
    {
        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (int round = 0; round < 30; round++)
        {
            int width = random.Next(1, 60), height = random.Next(1, 60), targetWidth = random.Next(1, 60), targetHeight = random.Next(1, 60);
            byte[] grey = new byte[width * height];
            random.NextBytes(grey);
            using Image image = TestImages.Rgb(grey, width, height, 1);
            byte[] rgb = ImageDecoderTests.DecodeRgb(image.PngsaveBuffer(), targetWidth, targetHeight, ImageFit.Stretch);
            for (int i = 0; i < 20; i++)
            {
                int x = random.Next(targetWidth), y = random.Next(targetHeight);
                double expected = Math.Clamp(Cubic(grey, width, height, targetWidth, targetHeight, x, y), 0, 255);
                Assert.Equal(expected, ImageDecoderTests.At(rgb, targetWidth, x, y).Red, 0.51);
            }
        }
    }

    /// <summary>Weighted mean over every source pixel, straight from the kernel's formula (Keys 1981, a = −1/2).</summary>
    private static double Cubic(byte[] grey, int width, int height, int targetWidth, int targetHeight, int x, int y)
    {
        static double Weight(int pixel, int target, int source, int targets)
        {
            double scale = (double)source / targets, d = Math.Abs(pixel + 0.5 - ((target + 0.5) * scale)) / Math.Max(scale, 1);
            return d < 1 ? (1.5 * d * d * d) - (2.5 * d * d) + 1 : d < 2 ? (-0.5 * d * d * d) + (2.5 * d * d) - (4 * d) + 2 : 0;
        }

        double sum = 0, weights = 0;
        for (int row = 0; row < height; row++)
        {
            for (int column = 0; column < width; column++)
            {
                double weight = Weight(column, x, width, targetWidth) * Weight(row, y, height, targetHeight);
                sum += weight * grey[(row * width) + column];
                weights += weight;
            }
        }

        return sum / weights;
    }

    private static byte[] Decode(int width, int height, int targetWidth, int targetHeight, ImageFit fit)
    {
        using Image image = TestImages.RedAndBlue(width, height);
        return ImageDecoderTests.DecodeRgb(image.PngsaveBuffer(), targetWidth, targetHeight, fit);
    }
}
