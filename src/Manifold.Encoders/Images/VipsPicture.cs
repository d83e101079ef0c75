using System.Runtime.InteropServices;
using NetVips;

namespace Manifold.Encoders;

/// <summary>
/// A picture opened by libvips: header read and checked, the decode itself still to come (libvips runs it when the pixels are asked
/// for). Large pictures are reduced while they are decoded, to no less than twice the target, so that memory follows the target's
/// size and the final resize decides the quality.
/// </summary>
internal sealed class VipsPicture : IDisposable
{
    // Below this a whole decode costs less than setting up a reduction does (measured with 512 px PNG).
    private const long ReduceAbovePixels = 512 * 512;

    // libvips refuses to draw an SVG beyond 32,767 pixels a side; a strip that wide says nothing more than one of this width.
    private const int MaxSvgSide = 8192;

    private readonly List<Image> _steps = [];

    private VipsPicture()
    {
    }

    /// <summary>8-bit sRGB or grey, with or without straight alpha, as stored (not turned).</summary>
    public Image Pixels => _steps[^1];

    /// <summary>EXIF orientation, 1 to 8.</summary>
    public int Orientation { get; private set; } = 1;

    /// <summary>Where the turned picture goes.</summary>
    public ImageBox Box { get; private set; }

    /// <exception cref="VipsException">The header or the document cannot be read.</exception>
    /// <exception cref="InvalidContentException">More pixels than the limit.</exception>
    public static VipsPicture Load(ReadOnlyMemory<byte> content, ImageFormat format, ImagePreprocessing target, ImageLimits limits)
    {
        byte[] bytes = MemoryMarshal.TryGetArray(content, out ArraySegment<byte> segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array
            : content.ToArray();
        var picture = new VipsPicture();
        try
        {
            picture.Open(bytes, format, target, limits);
            return picture;
        }
        catch
        {
            picture.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (Image step in _steps)
            step.Dispose();
    }

    private void Open(byte[] bytes, ImageFormat format, ImagePreprocessing target, ImageLimits limits)
    {
        Image image = Next(LoadReduced(bytes, format, 1));
        int storedWidth = image.Width, storedHeight = image.Height;
        if (format == ImageFormat.Svg)
        {
            Box = ImageBox.Of(target, storedWidth, storedHeight);
            double scale = Math.Min(1 / Box.Reduction, (double)MaxSvgSide / Math.Max(storedWidth, storedHeight));
            scale = Math.Max(scale, 1.0 / Math.Min(storedWidth, storedHeight));
            Next(Image.SvgloadBuffer(bytes, scale: scale, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error));
            return;
        }

        if ((long)storedWidth * storedHeight > limits.MaxPixels)
        {
            throw new InvalidContentException(
                $"The picture is {storedWidth:N0} × {storedHeight:N0} pixels; at most {limits.MaxPixels:N0} pixels in all are taken. Scale it down first.");
        }

        if (format != ImageFormat.Gif && image.Contains("orientation") && image.Get("orientation") is int orientation and >= 1 and <= 8)
            Orientation = orientation;
        Box = Orientation >= 5 ? ImageBox.Of(target, storedHeight, storedWidth) : ImageBox.Of(target, storedWidth, storedHeight);

        if (target.Resampler == Resampler.Float && (long)storedWidth * storedHeight > ReduceAbovePixels && Box.Reduction >= 4)
            Reduce(bytes, format, Box.Reduction / 2);
        ToStandardColours();
    }

    private void Reduce(byte[] bytes, ImageFormat format, double factor)
    {
        if (format == ImageFormat.Jpeg)
        {
            int onLoad = factor >= 8 ? 8 : factor >= 4 ? 4 : 2;
            Next(LoadReduced(bytes, format, onLoad));
            factor /= onLoad;
        }

        int horizontal = Math.Min((int)factor, Pixels.Width), vertical = Math.Min((int)factor, Pixels.Height);
        if (horizontal <= 1 && vertical <= 1)
            return;
        if (!Pixels.HasAlpha())
        {
            Next(Pixels.Shrink(horizontal, vertical, ceil: true));
            return;
        }

        Enums.BandFormat format8 = Pixels.Format;
        Next(Pixels.Premultiply());
        Next(Pixels.Shrink(horizontal, vertical, ceil: true));
        Next(Pixels.Unpremultiply());
        Next(Pixels.Cast(format8));
    }

    private void ToStandardColours()
    {
        Enums.Interpretation colours = Pixels.Interpretation;
        bool standard = Pixels.Format == Enums.BandFormat.Uchar && colours is Enums.Interpretation.Srgb or Enums.Interpretation.Bw;
        if (Pixels.Contains("icc-profile-data") && (!standard || Pixels.Bands >= 3))
            Next(Pixels.IccTransform("srgb", embedded: true, intent: Enums.Intent.Perceptual));
        else if (!standard)
            Next(Pixels.Colourspace(Enums.Interpretation.Srgb));
        if (Pixels.Format != Enums.BandFormat.Uchar)
            Next(Pixels.Cast(Enums.BandFormat.Uchar));
    }

    private Image Next(Image image)
    {
        _steps.Add(image);
        return image;
    }

    private static Image LoadReduced(byte[] bytes, ImageFormat format, int shrink)
    {
        const Enums.Access Access = Enums.Access.Sequential;
        const Enums.FailOn FailOn = Enums.FailOn.Error;
        return format switch
        {
            ImageFormat.Png => Image.PngloadBuffer(bytes, access: Access, failOn: FailOn),
            ImageFormat.Jpeg => Image.JpegloadBuffer(bytes, shrink: shrink, access: Access, failOn: FailOn),
            ImageFormat.WebP => Image.WebploadBuffer(bytes, access: Access, failOn: FailOn),
            ImageFormat.Gif => Image.GifloadBuffer(bytes, access: Access, failOn: FailOn),
            _ => Image.SvgloadBuffer(bytes, access: Access, failOn: FailOn),
        };
    }
}
