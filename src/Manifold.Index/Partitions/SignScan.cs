using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Manifold.Index.Partitions;

/// <summary>
/// Estimates the scores of a block of 32 rows from the signs of their codes: sums of table entries looked up by byte shuffles, 32 or 64 at once (the fast scan of André, Kermarrec
/// and Le Scouarnec, VLDB 2015, with the tables of RaBitQ).
/// </summary>
/// <remarks>
/// Each byte of a pair holds two 4-bit indexes; the two entries are added as bytes (at most 254), and bytes as 16-bit sums: one accumulator takes whole 16-bit lanes, in which the odd byte stands
/// 256-fold, another the odd bytes alone, and the even sums are the first minus 256 times the second. 256 pairs fit a 16-bit sum.
/// </remarks>
internal static unsafe class SignScan
{
    private const int MaxPairs = 256;

    /// <summary>Scans a block.</summary>
    /// <param name="query">The query.</param>
    /// <param name="block">The block of signs with its factors.</param>
    /// <param name="slack">Added to ⟨w, Rq⟩: the bound of the error in its units.</param>
    /// <param name="reach">What add + multiply · (S + slack) must reach.</param>
    /// <param name="sums">[32], written: S of each row.</param>
    /// <returns>A bit for each row that reaches it.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Scan(CodeQuery query, byte* block, float slack, float reach, float* sums)
    {
        Sum(query, block, out Vector512<float> first, out Vector512<float> second);
        first.Store(sums);
        second.Store(sums + 16);
        float* factors = (float*)(block + (query.Pairs * CodeLayout.BlockRows));
        Vector512<float> reaches = Vector512.Create(reach), slacks = Vector512.Create(slack);
        Vector512<float> firstBound = Vector512.MultiplyAddEstimate(Vector512.Load(factors + 32), first + slacks, Vector512.Load(factors));
        Vector512<float> secondBound = Vector512.MultiplyAddEstimate(Vector512.Load(factors + 48), second + slacks, Vector512.Load(factors + 16));
        return (uint)Vector512.GreaterThanOrEqual(firstBound, reaches).ExtractMostSignificantBits()
            | ((uint)Vector512.GreaterThanOrEqual(secondBound, reaches).ExtractMostSignificantBits() << 16);
    }

    /// <summary>S of the rows of a block: of the first 16, and of the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Sum(CodeQuery query, byte* block, out Vector512<float> first, out Vector512<float> second)
    {
        int pairs = query.Pairs;
        byte* low = query.LowTables, high = query.HighTables;
        first = default;
        second = default;
        do
        {
            int count = Math.Min(MaxPairs, pairs);
            Vector256<ushort> even, odd;
            if (Avx512BW.IsSupported)
                Sum512(block, low, high, count, out even, out odd);
            else
                Sum256(block, low, high, count, out even, out odd);
            first += Widen(even);
            second += Widen(odd);
            pairs -= count;
            block += count * CodeLayout.BlockRows;
            low += count * CodeLayout.BlockRows;
            high += count * CodeLayout.BlockRows;
        }
        while (pairs > 0);
        Vector512<float> step = Vector512.Create(query.Step), least = Vector512.Create(query.Least);
        first = Vector512.MultiplyAddEstimate(first, step, least);
        second = Vector512.MultiplyAddEstimate(second, step, least);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Widen(Vector256<ushort> sums)
    {
        (Vector256<uint> lower, Vector256<uint> upper) = Vector256.Widen(sums);
        return Vector512.ConvertToSingle(Vector512.Create(lower, upper).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sum512(byte* signs, byte* low, byte* high, int pairs, out Vector256<ushort> even, out Vector256<ushort> odd)
    {
        Vector512<byte> nibble = Vector512.Create((byte)15);
        Vector512<ushort> all = default, odds = default;
        int pair = 0;
        for (; pair <= pairs - 2; pair += 2)
        {
            Vector512<byte> codes = Vector512.Load(signs + (pair * 32));
            Vector512<byte> entries = Avx512BW.Shuffle(Vector512.Load(low + (pair * 32)), codes & nibble)
                + Avx512BW.Shuffle(Vector512.Load(high + (pair * 32)), (codes.AsUInt16() >>> 4).AsByte() & nibble);
            all += entries.AsUInt16();
            odds += entries.AsUInt16() >>> 8;
        }

        Vector256<ushort> allSum = all.GetLower() + all.GetUpper(), oddSum = odds.GetLower() + odds.GetUpper();
        if (pair < pairs)
            AddPair(signs + (pair * 32), low + (pair * 32), high + (pair * 32), ref allSum, ref oddSum);
        even = allSum - (oddSum << 8);
        odd = oddSum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sum256(byte* signs, byte* low, byte* high, int pairs, out Vector256<ushort> even, out Vector256<ushort> odd)
    {
        Vector256<ushort> allSum = default, oddSum = default;
        for (int pair = 0; pair < pairs; pair++)
            AddPair(signs + (pair * 32), low + (pair * 32), high + (pair * 32), ref allSum, ref oddSum);
        even = allSum - (oddSum << 8);
        odd = oddSum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddPair(byte* signs, byte* low, byte* high, ref Vector256<ushort> all, ref Vector256<ushort> odds)
    {
        Vector256<byte> nibble = Vector256.Create((byte)15), codes = Vector256.Load(signs);
        Vector256<byte> entries = LookUp(Vector256.Load(low), codes & nibble) + LookUp(Vector256.Load(high), (codes.AsUInt16() >>> 4).AsByte() & nibble);
        all += entries.AsUInt16();
        odds += entries.AsUInt16() >>> 8;
    }

    /// <summary>In each half of 16 bytes, the table's entries at the indexes, which are below 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> LookUp(Vector256<byte> table, Vector256<byte> indexes) =>
        Avx2.IsSupported
            ? Avx2.Shuffle(table, indexes)
            : Vector256.Create(Vector128.Shuffle(table.GetLower(), indexes.GetLower()), Vector128.Shuffle(table.GetUpper(), indexes.GetUpper()));
}
