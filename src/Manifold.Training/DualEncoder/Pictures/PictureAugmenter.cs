using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Manifold.Training;

/// <summary>
/// Draws variations of a picture: colours and contours are changed on a base picture of twice the side, which is then turned, scaled and shifted
/// onto the background. Not thread-safe: it holds its buffers.
/// </summary>
internal sealed class PictureAugmenter
{
    // Of the opaque part: what contours of icons stay below, and hatched or tiny drawings do not.
    private const float MaxInkShare = 0.45f;

    private readonly int _side;
    private readonly byte[] _changed;
    private readonly byte[] _ink;
    private readonly float[] _premultiplied;
    private readonly bool _trim;

    /// <param name="side">Side of the results in pixels.</param>
    /// <param name="trim">Whether a white border is cut away, as <see cref="BorderTrimGraph"/> does.</param>
    public PictureAugmenter(int side, bool trim)
    {
        (_side, _trim) = (side, trim);
        BaseSide = 2 * side;
        _changed = new byte[4 * BaseSide * BaseSide];
        _ink = new byte[BaseSide * BaseSide];
        _premultiplied = new float[4 * BaseSide * BaseSide];
    }

    /// <summary>Side of the base pictures in pixels.</summary>
    public int BaseSide { get; }

    /// <summary>Draws one variation.</summary>
    /// <param name="basePicture">[base side × base side × 4]: red, green, blue and straight alpha.</param>
    /// <param name="variation">What to do.</param>
    /// <param name="destination">[3 × side × side], overwritten.</param>
    public void Draw(ReadOnlySpan<byte> basePicture, in PictureVariation variation, Span<byte> destination)
    {
        basePicture.CopyTo(_changed);
        if (variation.Levels > 0)
            Flatten(variation.Levels);
        if (variation.Colour)
            ChangeColours(variation);
        if (variation.Stroke > 0)
            DrawContours(basePicture, variation);
        Premultiply();
        Place(variation, _trim ? FindExtent() : (0, 0, 1), destination);
    }

    private void Flatten(int levels)
    {
        Span<byte> map = stackalloc byte[256];
        for (int value = 0; value < 256; value++)
            map[value] = (byte)MathF.Round(MathF.Round(value / 255f * (levels - 1)) / (levels - 1) * 255);
        for (int i = 0; i < _changed.Length; i += 4)
            (_changed[i], _changed[i + 1], _changed[i + 2]) = (map[_changed[i]], map[_changed[i + 1]], map[_changed[i + 2]]);
    }

    // Luma stays, the plane of the two colour differences (YIQ) is turned and scaled.
    private void ChangeColours(in PictureVariation variation)
    {
        var (sin, cos) = MathF.SinCos(variation.Hue);
        for (int i = 0; i < _changed.Length; i += 4)
        {
            if (_changed[i + 3] == 0)
                continue;
            float red = _changed[i] / 255f, green = _changed[i + 1] / 255f, blue = _changed[i + 2] / 255f;
            float y = (0.299f * red) + (0.587f * green) + (0.114f * blue);
            float p = (0.596f * red) - (0.274f * green) - (0.322f * blue), q = (0.211f * red) - (0.523f * green) + (0.312f * blue);
            float u = variation.Saturation * ((p * cos) - (q * sin)), v = variation.Saturation * ((p * sin) + (q * cos));
            y = 0.5f + variation.Brightness + (variation.Contrast * (y - 0.5f));
            _changed[i] = ToByte(y + (0.956f * u) + (0.621f * v));
            _changed[i + 1] = ToByte(y - (0.272f * u) - (0.647f * v));
            _changed[i + 2] = ToByte(y - (1.106f * u) + (1.703f * v));
        }
    }

    // Where neighbours differ in alpha or colour a black stroke is drawn; what lies between strokes may fade towards white.
    private void DrawContours(ReadOnlySpan<byte> picture, in PictureVariation variation)
    {
        const int contrast = 70;
        Array.Clear(_ink);
        int side = BaseSide, stroke = variation.Stroke;
        for (int y = 0; y < side - 1; y++)
        {
            for (int x = 0; x < side - 1; x++)
            {
                int at = 4 * ((y * side) + x);
                int difference = Math.Max(Difference(picture, at, at + 4), Difference(picture, at, at + (4 * side)));
                if (difference < contrast)
                    continue;
                for (int row = Math.Max(0, y - stroke + 1); row <= Math.Min(side - 1, y + stroke); row++)
                    _ink.AsSpan((row * side) + Math.Max(0, x - stroke + 1), Math.Min(side - 1, x + stroke) - Math.Max(0, x - stroke + 1) + 1).Fill(255);
            }
        }

        // A picture of fine detail would become one black blot.
        if (_ink.AsSpan().Count((byte)255) > MaxInkShare * CountOpaque())
            return;
        for (int i = 0; i < _ink.Length; i++)
        {
            var pixel = _changed.AsSpan(4 * i, 4);
            if (_ink[i] != 0)
            {
                pixel[..3].Clear();
                pixel[3] = 255;
            }
            else if (variation.Fade > 0)
            {
                for (int channel = 0; channel < 3; channel++)
                    pixel[channel] = (byte)(pixel[channel] + (variation.Fade * (255 - pixel[channel])));
            }
        }
    }

    private int CountOpaque()
    {
        int count = 0;
        for (int i = 3; i < _changed.Length; i += 4)
            count += _changed[i] >> 7;
        return count;
    }

    private static int Difference(ReadOnlySpan<byte> picture, int a, int b)
    {
        int alpha = Math.Abs(picture[a + 3] - picture[b + 3]);
        int colour = 0;
        for (int channel = 0; channel < 3; channel++)
            colour = Math.Max(colour, Math.Abs(picture[a + channel] - picture[b + channel]));
        return Math.Max(alpha, colour * Math.Min(picture[a + 3], picture[b + 3]) / 255);
    }

    private void Premultiply()
    {
        for (int i = 0; i < _changed.Length; i += 4)
        {
            float alpha = _changed[i + 3] / 255f;
            _premultiplied[i] = _changed[i] / 255f * alpha;
            _premultiplied[i + 1] = _changed[i + 1] / 255f * alpha;
            _premultiplied[i + 2] = _changed[i + 2] / 255f * alpha;
            _premultiplied[i + 3] = alpha;
        }
    }

    // Centre, from -0.5 to 0.5, and side of the smallest square with all that is not white, both as shares of the base picture.
    private (float X, float Y, float Side) FindExtent()
    {
        int left = BaseSide, right = -1, top = BaseSide, bottom = -1;
        for (int y = 0; y < BaseSide; y++)
        {
            for (int x = 0; x < BaseSide; x++)
            {
                int at = 4 * ((y * BaseSide) + x);
                float least = Math.Min(_premultiplied[at], Math.Min(_premultiplied[at + 1], _premultiplied[at + 2])) + 1 - _premultiplied[at + 3];
                if (1 - least > BorderTrimGraph.Threshold)
                    (left, right, top, bottom) = (Math.Min(left, x), Math.Max(right, x), Math.Min(top, y), Math.Max(bottom, y));
            }
        }

        return right < 0
            ? (0, 0, 1)
            : (((left + right + 1) / 2f / BaseSide) - 0.5f, ((top + bottom + 1) / 2f / BaseSide) - 0.5f, Math.Max(right - left + 1, bottom - top + 1) / (float)BaseSide);
    }

    // Each result pixel is the mean of four bilinear samples of the base.
    private void Place(in PictureVariation variation, (float X, float Y, float Side) extent, Span<byte> destination)
    {
        var (sin, cos) = MathF.SinCos(variation.Angle);
        float across = (variation.Mirror ? -1 : 1) / variation.ScaleX, down = 1 / variation.ScaleY;
        var background = Vector128.Create(variation.Background.Red, variation.Background.Green, variation.Background.Blue, 0);
        int plane = _side * _side;
        for (int row = 0; row < _side; row++)
        {
            for (int column = 0; column < _side; column++)
            {
                var sum = Vector128<float>.Zero;
                for (int sample = 0; sample < 4; sample++)
                {
                    float x = ((column + 0.25f + (0.5f * (sample & 1))) / _side) - 0.5f - variation.ShiftX;
                    float y = ((row + 0.25f + (0.5f * (sample >> 1))) / _side) - 0.5f - variation.ShiftY;
                    float u = (((cos * x) + (sin * y)) * across * extent.Side) + extent.X, v = (((cos * y) - (sin * x)) * down * extent.Side) + extent.Y;
                    sum += Sample(((u + 0.5f) * BaseSide) - 0.5f, ((v + 0.5f) * BaseSide) - 0.5f);
                }

                sum *= 0.25f;
                var pixel = sum + (background * (1 - sum.GetElement(3)));
                int at = (row * _side) + column;
                destination[at] = ToByte(pixel.GetElement(0));
                destination[plane + at] = ToByte(pixel.GetElement(1));
                destination[(2 * plane) + at] = ToByte(pixel.GetElement(2));
            }
        }
    }

    private Vector128<float> Sample(float x, float y)
    {
        int left = (int)MathF.Floor(x), top = (int)MathF.Floor(y);
        float right = x - left, bottom = y - top;
        return (((At(left, top) * (1 - right)) + (At(left + 1, top) * right)) * (1 - bottom))
            + (((At(left, top + 1) * (1 - right)) + (At(left + 1, top + 1) * right)) * bottom);
    }

    private Vector128<float> At(int x, int y) => (uint)x < (uint)BaseSide && (uint)y < (uint)BaseSide
        ? MemoryMarshal.Cast<float, Vector128<float>>(_premultiplied)[(y * BaseSide) + x]
        : Vector128<float>.Zero;

    private static byte ToByte(float value) => (byte)((Math.Clamp(value, 0, 1) * 255) + 0.5f);
}
