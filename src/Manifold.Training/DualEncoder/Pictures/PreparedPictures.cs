using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Manifold.Training;

/// <summary>
/// Every version of every training picture, with its features, in one file that is mapped: versions cost far more to draw than to read, and runs
/// that differ in the model only share them. The file's name is a checksum of everything that it depends on. Thread-safe for reading.
/// </summary>
/// <remarks>A record is the pixels, bytes [3 × side × side], then the features, float16 [count].</remarks>
internal sealed class PreparedPictures : IDisposable
{
    // Raise it when versions are drawn or stored differently.
    private const int Format = 3;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly unsafe byte* _records;
    private readonly int _recordBytes;

    private unsafe PreparedPictures(string path, int pictures, PicturesConfig config, int features)
    {
        (Pictures, Variants, Side, Features) = (pictures, config.Variants, config.Features.Side, features);
        _recordBytes = PixelCount + (2 * features);
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _records = start;
    }

    public int Pictures { get; }

    /// <summary>Versions of each picture; version 0 is the picture as it is served.</summary>
    public int Variants { get; }

    /// <summary>Side of the pixels.</summary>
    public int Side { get; }

    /// <summary>Number of features.</summary>
    public int Features { get; }

    /// <summary>Values of a version's pixels.</summary>
    public int PixelCount => 3 * Side * Side;

    /// <summary>Opens the file, which is made if it is not there.</summary>
    /// <param name="folder">Where such files are kept.</param>
    /// <param name="pictures">The pictures; each must be decodable.</param>
    /// <param name="config">The variations.</param>
    /// <param name="seed">Seed of the variations.</param>
    /// <param name="progress">Told the number of pictures that are done.</param>
    /// <param name="cancellation">Ends the making; nothing is left behind.</param>
    public static PreparedPictures Open(string folder, IReadOnlyList<Picture> pictures, PicturesConfig config, int seed, Action<int> progress, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, $"pictures-{Checksum(pictures, config, seed)}.bin");
        using var extractor = new PictureFeatureExtractor(config.Features);
        if (!File.Exists(path))
            Make(path, pictures, config, seed, extractor, progress, cancellation);
        return new PreparedPictures(path, pictures.Count, config, extractor.Count);
    }

    /// <summary>The pixels of a version, [3 × side × side], 0 to 255.</summary>
    public ReadOnlySpan<byte> PixelsOf(int picture, int variant) => Record(picture, variant)[..PixelCount];

    /// <summary>The features of a version.</summary>
    public ReadOnlySpan<Half> FeaturesOf(int picture, int variant) => MemoryMarshal.Cast<byte, Half>(Record(picture, variant)[PixelCount..]);

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private unsafe ReadOnlySpan<byte> Record(int picture, int variant)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)picture, (uint)Pictures, nameof(picture));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)variant, (uint)Variants, nameof(variant));
        return new(_records + ((((long)picture * Variants) + variant) * _recordBytes), _recordBytes);
    }

    private static string Checksum(IReadOnlyList<Picture> pictures, PicturesConfig config, int seed)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(config));
        hash.AppendData(Encoding.ASCII.GetBytes($"|{Format}|{seed}|{pictures.Count}|"));
        foreach (var picture in pictures)
            hash.AppendData(SHA256.HashData(picture.ReadBytes()));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }

    private static void Make(
        string path, IReadOnlyList<Picture> pictures, PicturesConfig config, int seed, PictureFeatureExtractor extractor, Action<int> progress, CancellationToken cancellation)
    {
        string temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
                Write(stream, pictures, config, seed, extractor, progress, cancellation);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static void Write(
        Stream stream, IReadOnlyList<Picture> pictures, PicturesConfig config, int seed, PictureFeatureExtractor extractor, Action<int> progress, CancellationToken cancellation)
    {
        int plane = 3 * config.Features.Side * config.Features.Side, variants = config.Variants;
        using var served = new ServedPictures(config);
        using var augmenters = new ThreadLocal<PictureAugmenter>(() => new PictureAugmenter(config.Features.Side, config.Trim));
        int chunk = Math.Max(1, 256 / variants);
        for (int start = 0; start < pictures.Count; start += chunk)
        {
            cancellation.ThrowIfCancellationRequested();
            int first = start, count = Math.Min(chunk, pictures.Count - start);
            byte[][] contents = [.. pictures.Skip(first).Take(count).Select(picture => picture.ReadBytes())];
            byte[] asServed = served.Decode(contents);
            var pixels = new byte[count * variants * plane];
            Parallel.For(0, count, i =>
            {
                var versions = pixels.AsSpan(i * variants * plane, variants * plane);
                asServed.AsSpan(i * plane, plane).CopyTo(versions);
                var augmenter = augmenters.Value!;
                byte[] basePicture = served.DecodeBase(contents[i], augmenter.BaseSide);
                var random = new Random(HashCode(seed, first + i));
                for (int v = 1; v < variants; v++)
                    augmenter.Draw(basePicture, PictureVariation.Draw(config, random), versions.Slice(v * plane, plane));
            });
            var features = extractor.Extract(pixels, count * variants);
            for (int record = 0; record < count * variants; record++)
            {
                stream.Write(pixels.AsSpan(record * plane, plane));
                stream.Write(MemoryMarshal.AsBytes<Half>(Array.ConvertAll(features[(record * extractor.Count)..((record + 1) * extractor.Count)], value => (Half)value)));
            }

            progress(first + count);
        }
    }

    // HashCode.Combine differs from process to process.
    private static int HashCode(int seed, int picture) => unchecked((int)((((uint)seed * 2654435769u) ^ (uint)picture) * 2246822519u));
}
