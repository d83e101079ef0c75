using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using NetVips;

namespace Manifold.Encoders.Tests;

/// <summary>Pictures made on the spot.</summary>
internal static class TestImages
{
    static TestImages() => VipsRuntime.EnsureReady();

    /// <summary>[height × width × 3], left half red and right half blue.</summary>
    public static Image RedAndBlue(int width, int height)
    {
        byte[] pixels = new byte[width * height * 3];
        for (int i = 0; i < width * height; i++)
            pixels[(3 * i) + (i % width < width / 2 ? 0 : 2)] = 255;
        return Rgb(pixels, width, height, 3);
    }

    public static Image Rgb(byte[] pixels, int width, int height, int bands)
    {
        using Image raw = Image.NewFromMemory(pixels, width, height, bands, Enums.BandFormat.Uchar);
        return raw.Copy(interpretation: bands < 3 ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb);
    }

    public static Image Noise(int width, int height)
    {
        byte[] pixels = new byte[width * height * 3];
        new Random(7).NextBytes(pixels);
        return Rgb(pixels, width, height, 3);
    }

    public static byte[] Encode(Image image, ImageFormat format) => format switch
    {
        ImageFormat.Png => image.PngsaveBuffer(),
        ImageFormat.Jpeg => image.JpegsaveBuffer(q: 95),
        ImageFormat.WebP => image.WebpsaveBuffer(lossless: true),
        ImageFormat.Gif => image.GifsaveBuffer(),
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    public static byte[] Svg(string body, string prologue = "") =>
        Encoding.UTF8.GetBytes($"""{prologue}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="64" viewBox="0 0 64 64">{body}</svg>""");

    /// <summary>A grey PNG that says what size it has, with the given rows' worth of black (or none).</summary>
    public static byte[] PngWithSize(int width, int height, int rows)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(new byte[(long)rows * (width + 1)]);
        return [.. "\x89PNG\r\n\x1a\n".Select(c => (byte)c), .. Chunk("IHDR", header), .. Chunk("IDAT", compressed.ToArray()), .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string type, byte[] content)
    {
        byte[] typed = [.. Encoding.ASCII.GetBytes(type), .. content];
        byte[] chunk = new byte[typed.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        typed.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(4 + typed.Length), Crc32.HashToUInt32(typed));
        return chunk;
    }
}
