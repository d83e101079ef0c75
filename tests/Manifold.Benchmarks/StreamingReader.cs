using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Manifold.Benchmarks;

/// <summary>
/// Reads memory as fast as one thread can and does almost nothing with it: the sum of all floats, in eight independent accumulators, in
/// the widest registers there are. What an exact scan is compared with.
/// </summary>
internal static unsafe class StreamingReader
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Sum(float* start, long count) =>
        Vector512.IsHardwareAccelerated ? Sum512(start, count) : Sum256(start, count);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Sum512(float* start, long count)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        long i = 0;
        for (; i <= count - 128; i += 128)
        {
            s0 += Vector512.Load(start + i);
            s1 += Vector512.Load(start + i + 16);
            s2 += Vector512.Load(start + i + 32);
            s3 += Vector512.Load(start + i + 48);
            s4 += Vector512.Load(start + i + 64);
            s5 += Vector512.Load(start + i + 80);
            s6 += Vector512.Load(start + i + 96);
            s7 += Vector512.Load(start + i + 112);
        }

        float rest = 0;
        for (; i < count; i++)
            rest += start[i];
        return Vector512.Sum(s0 + s1 + s2 + s3 + (s4 + s5 + s6 + s7)) + rest;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Sum256(float* start, long count)
    {
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        long i = 0;
        for (; i <= count - 64; i += 64)
        {
            s0 += Vector256.Load(start + i);
            s1 += Vector256.Load(start + i + 8);
            s2 += Vector256.Load(start + i + 16);
            s3 += Vector256.Load(start + i + 24);
            s4 += Vector256.Load(start + i + 32);
            s5 += Vector256.Load(start + i + 40);
            s6 += Vector256.Load(start + i + 48);
            s7 += Vector256.Load(start + i + 56);
        }

        float rest = 0;
        for (; i < count; i++)
            rest += start[i];
        return Vector256.Sum(s0 + s1 + s2 + s3 + (s4 + s5 + s6 + s7)) + rest;
    }
}
