using System.Buffers;
using NetVips;

namespace Manifold.Encoders;

/// <summary>
/// Decodes PNG, JPEG, WebP, GIF (its first frame) and SVG to pixels of one size: turned as EXIF says, converted to 8-bit sRGB, resized
/// with premultiplied alpha. Formats are told by content. Damaged and truncated files are refused, never half shown.
/// </summary>
/// <remarks>
/// Thread-safe; each call works on the calling thread. Every method throws <see cref="InvalidContentException"/> for a picture that
/// cannot be used. SVG is drawn at the target's size and loads nothing from outside the file.
/// </remarks>
public sealed class ImageDecoder
{
    private readonly ImageLimits _limits;

    /// <param name="limits">What is refused; null for the defaults.</param>
    public ImageDecoder(ImageLimits? limits = null)
    {
        _limits = limits ?? new ImageLimits();
        VipsRuntime.EnsureReady();
    }

    /// <summary>Model input of one picture.</summary>
    /// <param name="content">The file's bytes.</param>
    /// <param name="preprocessing">Size, fit, background and scaling.</param>
    /// <param name="destination">[3 × height × width], overwritten.</param>
    public void Decode(ReadOnlyMemory<byte> content, ImagePreprocessing preprocessing, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        int length = 3 * preprocessing.Width * preprocessing.Height;
        byte[] rgb = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            Span<byte> pixels = rgb.AsSpan(0, length);
            DecodePixels(content, preprocessing, pixels);
            ToModelInput(pixels, preprocessing, destination);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rgb);
        }
    }

    /// <summary>The picture on a background, at a size.</summary>
    /// <param name="content">The file's bytes.</param>
    /// <param name="width">Width of the result in pixels.</param>
    /// <param name="height">Height of the result in pixels.</param>
    /// <param name="fit">How it meets the size.</param>
    /// <param name="background">Behind transparent pixels and in the padding.</param>
    /// <param name="resample">The kernel.</param>
    /// <param name="destination">[height × width × 3], red, green, blue; overwritten.</param>
    public void DecodeRgb(ReadOnlyMemory<byte> content, int width, int height, ImageFit fit, RgbColor background, ResampleFilter resample, Span<byte> destination)
    {
        CheckTarget(width, height, 3, destination.Length);
        DecodePixels(content, new ImagePreprocessing { Width = width, Height = height, Fit = fit, Background = background, Resample = resample }, destination[..(3 * width * height)]);
    }

    /// <summary>The picture with its transparency, at a size; the padding is transparent black.</summary>
    /// <param name="content">The file's bytes.</param>
    /// <param name="width">Width of the result in pixels.</param>
    /// <param name="height">Height of the result in pixels.</param>
    /// <param name="fit">How it meets the size.</param>
    /// <param name="resample">The kernel.</param>
    /// <param name="destination">[height × width × 4], red, green, blue and straight alpha; overwritten.</param>
    public void DecodeRgba(ReadOnlyMemory<byte> content, int width, int height, ImageFit fit, ResampleFilter resample, Span<byte> destination)
    {
        CheckTarget(width, height, 4, destination.Length);
        (float[] resized, ImageBox box) = DecodePremultiplied(content, new ImagePreprocessing { Width = width, Height = height, Fit = fit, Resample = resample });
        PixelWriter.WriteRgba(resized, box, width, destination[..(4 * width * height)]);
        ArrayPool<float>.Shared.Return(resized);
    }

    /// <summary>(value × scale − mean) / std, channels first: what <see cref="Decode"/> does after <see cref="DecodeRgb"/>.</summary>
    /// <param name="rgb">[height × width × 3].</param>
    /// <param name="preprocessing">Size and scaling.</param>
    /// <param name="destination">[3 × height × width], overwritten.</param>
    public static void ToModelInput(ReadOnlySpan<byte> rgb, ImagePreprocessing preprocessing, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        int plane = preprocessing.Width * preprocessing.Height;
        ArgumentOutOfRangeException.ThrowIfNotEqual(rgb.Length, 3 * plane, nameof(rgb));
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, 3 * plane, nameof(destination));
        for (int channel = 0; channel < 3; channel++)
        {
            float factor = (float)(preprocessing.Scale / preprocessing.Std[channel]);
            float offset = (float)(-preprocessing.Mean[channel] / preprocessing.Std[channel]);
            Span<float> output = destination.Slice(channel * plane, plane);
            for (int i = 0, at = channel; i < output.Length; i++, at += 3)
                output[i] = (rgb[at] * factor) + offset;
        }
    }

    /// <summary>Model input of a frame that is decoded already, resized as a picture is.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="preprocessing">Size, fit, background and scaling.</param>
    /// <param name="destination">[3 × height × width], overwritten.</param>
    public static void Resize(VideoFrame frame, ImagePreprocessing preprocessing, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(preprocessing);
        ArgumentOutOfRangeException.ThrowIfNotEqual(frame.Rgb.Length, 3 * frame.Width * frame.Height, nameof(frame));
        int width = preprocessing.Width, height = preprocessing.Height, length = 3 * width * height;
        ImageBox box = ImageBox.Of(preprocessing, frame.Width, frame.Height);
        float[] resized = ArrayPool<float>.Shared.Rent(box.Width * box.Height * 4);
        byte[] rgb = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            Resize(new PixelView(frame.Rgb, frame.Width, frame.Height, 3, orientation: 1), box, preprocessing, resized);
            PixelWriter.WriteRgb(resized, box, width, height, preprocessing.Background, rgb.AsSpan(0, length));
            ToModelInput(rgb.AsSpan(0, length), preprocessing, destination);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(resized);
            ArrayPool<byte>.Shared.Return(rgb);
        }
    }

    private static void Resize(PixelView source, ImageBox box, ImagePreprocessing target, Span<float> destination)
    {
        if (target.Resampler == Resampler.Pillow)
            PillowResampler.Resize(source, box, target.Resample, destination);
        else
            ImageResampler.Resize(source, box, target.Resample, destination);
    }

    private static void CheckTarget(int width, int height, int channels, int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, channels * width * height, "destination");
    }

    private void DecodePixels(ReadOnlyMemory<byte> content, ImagePreprocessing target, Span<byte> destination)
    {
        (float[] resized, ImageBox box) = DecodePremultiplied(content, target);
        PixelWriter.WriteRgb(resized, box, target.Width, target.Height, target.Background, destination);
        ArrayPool<float>.Shared.Return(resized);
    }

    /// <summary>Premultiplied RGBA [box height × box width × 4] in a pooled array that the caller gives back.</summary>
    private unsafe (float[] Resized, ImageBox Box) DecodePremultiplied(ReadOnlyMemory<byte> content, ImagePreprocessing target)
    {
        ImageFormat format = CheckFile(content.Span);
        try
        {
            using var loaded = VipsPicture.Load(content, format, target, _limits);
            nint memory = loaded.Pixels.WriteToMemory(out ulong size);
            try
            {
                var view = new PixelView(new ReadOnlySpan<byte>((void*)memory, checked((int)size)), loaded.Pixels.Width, loaded.Pixels.Height, loaded.Pixels.Bands, loaded.Orientation);
                float[] resized = ArrayPool<float>.Shared.Rent(loaded.Box.Width * loaded.Box.Height * 4);
                Resize(view, loaded.Box, target, resized);
                return (resized, loaded.Box);
            }
            finally
            {
                NetVips.NetVips.Free(memory);
            }
        }
        catch (VipsException e)
        {
            // libvips keeps one error text for the whole process, so under load its words may be about another picture.
            throw new InvalidContentException($"The {format.Name()} picture cannot be decoded: it is damaged or cut off.", e);
        }
    }

    private ImageFormat CheckFile(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            throw new InvalidContentException("The picture is empty (0 bytes).");
        if (bytes.Length > _limits.MaxBytes)
            throw new InvalidContentException($"The picture is {bytes.Length:N0} bytes large; at most {_limits.MaxBytes:N0} are taken.");
        return ImageFormats.Detect(bytes)
            ?? throw new InvalidContentException("The file is not a picture of a known format; PNG, JPEG, WebP, GIF and SVG are taken, told by their content.");
    }
}
