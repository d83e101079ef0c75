using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Manifold.Encoders;

/// <summary>A decoded picture in somebody else's memory: 8-bit sRGB or grey, interleaved, with or without straight alpha.</summary>
internal readonly ref struct PixelView
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _channels;
    private readonly int _orientation;
    private readonly int _storedWidth;
    private readonly int _storedHeight;

    /// <param name="bytes">[storedHeight × storedWidth × channels].</param>
    /// <param name="storedWidth">Width in memory.</param>
    /// <param name="storedHeight">Height in memory.</param>
    /// <param name="channels">1 grey, 2 grey and alpha, 3 RGB, 4 RGBA.</param>
    /// <param name="orientation">The EXIF tag, 1 to 8: how the stored picture is to be turned.</param>
    public PixelView(ReadOnlySpan<byte> bytes, int storedWidth, int storedHeight, int channels, int orientation)
    {
        _bytes = bytes;
        _channels = channels;
        _orientation = orientation;
        _storedWidth = storedWidth;
        _storedHeight = storedHeight;
    }

    /// <summary>Width after turning.</summary>
    public int Width => _orientation >= 5 ? _storedHeight : _storedWidth;

    /// <summary>Height after turning.</summary>
    public int Height => _orientation >= 5 ? _storedWidth : _storedHeight;

    /// <summary>Writes row <paramref name="y"/> of the turned picture as premultiplied RGBA, 0 to 255.</summary>
    public void Premultiply(int y, Span<float> destination)
    {
        // Where the first pixel of the row is stored, and how far the next one is from it (EXIF 2.3, tag 274).
        int right = _storedWidth - 1, bottom = _storedHeight - 1;
        (int column, int row, int step) = _orientation switch
        {
            2 => (right, y, -1),
            3 => (right, bottom - y, -1),
            4 => (0, bottom - y, 1),
            5 => (y, 0, _storedWidth),
            6 => (y, bottom, -_storedWidth),
            7 => (right - y, bottom, -_storedWidth),
            8 => (right - y, 0, _storedWidth),
            _ => (0, y, 1),
        };
        int at = ((row * _storedWidth) + column) * _channels;
        step *= _channels;
        Span<Vector128<float>> pixels = MemoryMarshal.Cast<float, Vector128<float>>(destination);
        for (int x = 0; x < Width; x++, at += step)
        {
            pixels[x] = _channels switch
            {
                1 => Vector128.Create(_bytes[at], _bytes[at], _bytes[at], 255f),
                2 => Scale(Vector128.Create(_bytes[at], _bytes[at], _bytes[at], 255f), _bytes[at + 1]),
                3 => Vector128.Create(_bytes[at], _bytes[at + 1], _bytes[at + 2], 255f),
                _ => Scale(Vector128.Create(_bytes[at], _bytes[at + 1], _bytes[at + 2], 255f), _bytes[at + 3]),
            };
        }
    }

    private static Vector128<float> Scale(Vector128<float> opaque, byte alpha) => opaque * (alpha / 255f);
}
