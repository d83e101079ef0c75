using System.Runtime.InteropServices;

namespace Manifold.Benchmarks.Ann;

/// <summary>The file form of the TEXMEX sets: for each vector its dimension (i32) and its elements, float32 (.fvecs) or i32 (.ivecs), little-endian.</summary>
internal static class VectorFile
{
    /// <summary>Reads all vectors.</summary>
    /// <exception cref="InvalidDataException">The file is cut, or its vectors have several dimensions; the message names the place.</exception>
    public static T[][] Read<T>(string path, int most = int.MaxValue)
        where T : unmanaged
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
        List<T[]> vectors = [];
        Span<byte> head = stackalloc byte[sizeof(int)];
        while (vectors.Count < most && stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) is var read && read > 0)
        {
            int dimension = read == head.Length ? BitConverter.ToInt32(head) : -1;
            if (dimension is < 1 or > 65536 || (vectors.Count > 0 && vectors[0].Length != dimension))
                throw new InvalidDataException($"{path}: vector {vectors.Count} at offset {stream.Position - read} has the dimension {dimension}{(vectors.Count > 0 ? $", those before it {vectors[0].Length}" : "")}.");
            var vector = new T[dimension];
            if (stream.ReadAtLeast(MemoryMarshal.AsBytes(vector.AsSpan()), 4 * dimension, throwOnEndOfStream: false) < 4 * dimension)
                throw new InvalidDataException($"{path}: the file ends within vector {vectors.Count}.");
            vectors.Add(vector);
        }

        return vectors.Count > 0 ? [.. vectors] : throw new InvalidDataException($"{path} holds no vectors.");
    }

    /// <summary>Writes vectors.</summary>
    public static void Write<T>(string path, IEnumerable<T[]> vectors)
        where T : unmanaged
    {
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        foreach (var vector in vectors)
        {
            stream.Write(BitConverter.GetBytes(vector.Length));
            stream.Write(MemoryMarshal.AsBytes(vector.AsSpan()));
        }
    }
}
