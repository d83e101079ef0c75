using System.Runtime.InteropServices;
using Google.Protobuf;
using Manifold.Grains;

namespace Manifold.Server;

/// <summary>Vectors between the wire and arrays.</summary>
internal static class VectorMapping
{
    /// <exception cref="ManifoldException">InvalidArgument: both forms, none, or bytes that are no whole number of float32.</exception>
    public static float[] Read(Protocol.V1.Vector? vector, string field)
    {
        if (vector is null || (vector.Values.Count == 0 && vector.Packed.IsEmpty))
        {
            throw ManifoldException.Invalid(field, "the vector is empty");
        }
        if (vector.Packed.IsEmpty)
        {
            return [.. vector.Values];
        }
        if (vector.Values.Count > 0)
        {
            throw ManifoldException.Invalid(field, "set \"values\" or \"packed\", not both");
        }
        return vector.Packed.Length % sizeof(float) == 0
            ? MemoryMarshal.Cast<byte, float>(vector.Packed.Span).ToArray()
            : throw ManifoldException.Invalid($"{field}.packed", $"{vector.Packed.Length} bytes are no whole number of 4-byte floats");
    }

    public static Protocol.V1.Vector Write(ReadOnlySpan<float> vector) => new() { Packed = ByteString.CopyFrom(MemoryMarshal.AsBytes(vector)) };

    public static Protocol.V1.Vector WritePacked(byte[] vector) => new() { Packed = UnsafeByteOperations.UnsafeWrap(vector) };
}
