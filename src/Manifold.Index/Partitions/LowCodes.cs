using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Manifold.Index.Partitions;

/// <summary>The dot product of the lower bits of one row's code with the query's bytes: the second, closer look at a row that its signs did not rule out.</summary>
internal static unsafe class LowCodes
{
    /// <summary>Σ lowᵢ · bytesᵢ.</summary>
    /// <param name="bytes">The query's bytes, [units × 32].</param>
    /// <param name="low">The row's low codes.</param>
    /// <param name="lowBits">1 to 3.</param>
    /// <param name="units">Units of 32 elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Dot(sbyte* bytes, byte* low, int lowBits, int units) => lowBits switch
    {
        1 => Dot(bytes, null, low, units),
        2 => Dot(bytes, low, null, units),
        _ => Dot(bytes, low, low + (units * 8), units),
    };

    // Three lower bits are 2 · (2-bit part) + (1-bit part). Values are at most 7, so that two products fit 16 bits with room for 18 units; they are widened at each unit.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Dot(sbyte* bytes, byte* twoBits, byte* oneBits, int units)
    {
        Vector256<ulong> twoBitShifts = Vector256.Create(0UL, 2, 4, 6);
        Vector256<uint> oneBitShifts = Vector256.Create(0u, 1, 2, 3, 4, 5, 6, 7);
        Vector256<int> sums = default;
        for (int unit = 0; unit < units; unit++)
        {
            Vector256<byte> values = default;
            if (twoBits != null)
            {
                Vector256<ulong> eight = Vector256.Create(*(ulong*)(twoBits + (unit * 8)));
                values = ShiftRight(eight, twoBitShifts).AsByte() & Vector256.Create((byte)3);
                if (oneBits != null)
                    values += values;
            }

            if (oneBits != null)
                values |= ShiftRight(Vector256.Create(*(uint*)(oneBits + (unit * 4))), oneBitShifts).AsByte() & Vector256.Create((byte)1);
            sums += MultiplyAdd(values, Vector256.Load(bytes + (unit * 32)));
        }

        return Vector256.Sum(sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> ShiftRight(Vector256<ulong> value, Vector256<ulong> shifts) => Avx2.IsSupported
        ? Avx2.ShiftRightLogicalVariable(value, shifts)
        : Vector256.Create(value[0] >> 0, value[1] >> 2, value[2] >> 4, value[3] >> 6);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> ShiftRight(Vector256<uint> value, Vector256<uint> shifts) => Avx2.IsSupported
        ? Avx2.ShiftRightLogicalVariable(value, shifts)
        : Vector256.Create(value[0], value[1] >> 1, value[2] >> 2, value[3] >> 3, value[4] >> 4, value[5] >> 5, value[6] >> 6, value[7] >> 7);

    /// <summary>The products of unsigned and signed bytes, four neighbours added up in each lane (other lanes without AVX2, of the same sum).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> MultiplyAdd(Vector256<byte> values, Vector256<sbyte> bytes)
    {
        if (Avx2.IsSupported)
            return Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(values, bytes), Vector256.Create((short)1));
        (Vector256<ushort> lower, Vector256<ushort> upper) = Vector256.Widen(values);
        (Vector256<short> lowerBytes, Vector256<short> upperBytes) = Vector256.Widen(bytes);
        Vector256<short> products = (lower.AsInt16() * lowerBytes) + (upper.AsInt16() * upperBytes);
        (Vector256<int> a, Vector256<int> b) = Vector256.Widen(products);
        return a + b;
    }
}
