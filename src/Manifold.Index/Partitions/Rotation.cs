using System.Runtime.Intrinsics;

namespace Manifold.Index.Partitions;

/// <summary>
/// A pseudo-random orthogonal map of [dimension] to [rotated dimension], in O(n log n): rounds of random signs and a Walsh-Hadamard transform, as in the fast
/// Johnson-Lindenstrauss transform (Ailon and Chazelle, 2009). Dot products and lengths stay; no direction of the data stays aligned with an axis. The same seed gives the same map.
/// </summary>
/// <remarks>
/// The rotated dimension n is the next multiple of 8; elements beyond the dimension begin as zeros. Where n is no power of two, rounds transform the first and the last 2^k elements in turns,
/// 2^k the greatest power of two in n, with a rotation by 45° of each pair (i, i + n/2) between them. Immutable, so safe for any number of threads.
/// </remarks>
internal sealed unsafe class Rotation
{
    // Three rounds leave no direction near an axis; where a round passes over some elements it takes six.
    private const int RoundsOfWhole = 3, RoundsOfParts = 6;
    private const float HalfRoot = 0.70710678f;
    private readonly float[] _signs;
    private readonly int _block;
    private readonly int _rounds;

    /// <param name="dimension">Elements of a vector, at least 1.</param>
    /// <param name="seed">Of the signs; part of what is stored.</param>
    public Rotation(int dimension, int seed)
    {
        Dimension = dimension;
        RotatedDimension = RotatedDimensionOf(dimension);
        _block = 1 << System.Numerics.BitOperations.Log2((uint)RotatedDimension);
        _rounds = RotatedDimension == _block ? RoundsOfWhole : RoundsOfParts;
        _signs = new float[_rounds * RotatedDimension];

        // Not System.Random: the map is part of the stored form, and must be the same in every version of the runtime.
        var state = (ulong)seed + 0x9E3779B97F4A7C15UL;
        for (var i = 0; i < _signs.Length; i++)
            _signs[i] = (SplitMix(ref state) & 1) == 0 ? 1 : -1;
    }

    /// <summary>Elements of a vector.</summary>
    public int Dimension { get; }

    /// <summary>Elements of a rotated vector, a multiple of 8.</summary>
    public int RotatedDimension { get; }

    /// <summary>The rotated dimension that belongs to a dimension.</summary>
    public static int RotatedDimensionOf(int dimension) => (dimension + 7) & ~7;

    /// <summary>Rotates a vector.</summary>
    /// <param name="source">[dimension].</param>
    /// <param name="target">[rotated dimension], written; not the source.</param>
    public void Apply(float* source, float* target)
    {
        var n = RotatedDimension;
        new ReadOnlySpan<float>(source, Dimension).CopyTo(new Span<float>(target, n));
        new Span<float>(target + Dimension, n - Dimension).Clear();
        var whole = n == _block;
        fixed (float* signs = _signs)
        {
            for (var round = 0; round < _rounds; round++)
            {
                Multiply(target, signs + (round * n), n);
                Transform(target + (whole || round % 2 == 0 ? 0 : n - _block), _block);
                if (!whole)
                    TurnPairs(target, n / 2);
            }
        }
    }

    // SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
    private static ulong SplitMix(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    private static void Multiply(float* values, float* signs, int count)
    {
        for (var i = 0; i < count; i += 8)
            (Vector256.Load(values + i) * Vector256.Load(signs + i)).Store(values + i);
    }

    /// <summary>The orthonormal Walsh-Hadamard transform of a power of two of elements, at least 8.</summary>
    private static void Transform(float* values, int count)
    {
        // Strides 1, 2 and 4 within a register of eight lanes: x → (x with the partner's place) ± x.
        var negative1 = Vector256.Create(1f, -1, 1, -1, 1, -1, 1, -1);
        var negative2 = Vector256.Create(1f, 1, -1, -1, 1, 1, -1, -1);
        var negative4 = Vector256.Create(1f, 1, 1, 1, -1, -1, -1, -1);
        for (var i = 0; i < count; i += 8)
        {
            var x = Vector256.Load(values + i);
            x = (x * negative1) + Vector256.Shuffle(x, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6));
            x = (x * negative2) + Vector256.Shuffle(x, Vector256.Create(2, 3, 0, 1, 6, 7, 4, 5));
            x = (x * negative4) + Vector256.Shuffle(x, Vector256.Create(4, 5, 6, 7, 0, 1, 2, 3));
            x.Store(values + i);
        }

        for (var stride = 8; stride < count; stride *= 2)
        {
            for (var begin = 0; begin < count; begin += 2 * stride)
            {
                for (var i = begin; i < begin + stride; i += 8)
                {
                    Vector256<float> a = Vector256.Load(values + i), b = Vector256.Load(values + i + stride);
                    (a + b).Store(values + i);
                    (a - b).Store(values + i + stride);
                }
            }
        }

        var scale = Vector256.Create(1 / MathF.Sqrt(count));
        for (var i = 0; i < count; i += 8)
            (Vector256.Load(values + i) * scale).Store(values + i);
    }

    /// <summary>(a, b) → (a + b, a − b) / √2 for each pair of the first and the second half.</summary>
    private static void TurnPairs(float* values, int half)
    {
        var i = 0;
        for (; i <= half - 4; i += 4)
        {
            Vector128<float> a = Vector128.Load(values + i), b = Vector128.Load(values + half + i);
            ((a + b) * HalfRoot).Store(values + i);
            ((a - b) * HalfRoot).Store(values + half + i);
        }

        for (; i < half; i++)
            (values[i], values[half + i]) = ((values[i] + values[half + i]) * HalfRoot, (values[i] - values[half + i]) * HalfRoot);
    }
}
