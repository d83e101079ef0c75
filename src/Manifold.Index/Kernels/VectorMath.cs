using Manifold.Index.Kernels;

namespace Manifold.Index;

/// <summary>
/// Sums over one or two float32 vectors, by the same kernels as <see cref="FlatScan"/>: a value here equals the scan's score to the last
/// bit. Results may differ in the last bits between machines with different instruction sets.
/// </summary>
public static unsafe class VectorMath
{
    /// <summary>Σ aᵢ · bᵢ; 0 for empty vectors.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => Sum<DotTerm>(a, b);

    /// <summary>Σ (aᵢ − bᵢ)²; 0 for empty vectors.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static float SquaredL2(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => 0f - Sum<SquaredDistanceTerm>(a, b);

    /// <summary>Σ vᵢ²; infinity if that is beyond float32.</summary>
    public static float SquaredNorm(ReadOnlySpan<float> vector) => Sum<DotTerm>(vector, vector);

    /// <summary>Whether no element is NaN or infinite.</summary>
    public static bool IsFinite(ReadOnlySpan<float> vector) => Sum<FiniteTerm>(vector, vector) == 0f;

    /// <summary>Writes the vector of unit length with the direction of <paramref name="source"/>; the two may be the same memory.</summary>
    /// <exception cref="ArgumentException">The source has no direction (all zeros, or empty) or an element that is not finite, or the lengths differ.</exception>
    public static void Normalize(ReadOnlySpan<float> source, Span<float> destination)
    {
        CheckLengths(source, destination);

        // In double, where the square of no float32 overflows or vanishes.
        double squaredNorm = 0;
        foreach (float element in source)
            squaredNorm += (double)element * element;
        if (!double.IsFinite(squaredNorm))
            throw new ArgumentException("The vector has an element that is not finite.", nameof(source));
        if (squaredNorm == 0)
            throw new ArgumentException("The vector is all zeros and has no direction.", nameof(source));

        double scale = 1 / Math.Sqrt(squaredNorm);
        for (int i = 0; i < source.Length; i++)
            destination[i] = (float)(source[i] * scale);
    }

    private static float Sum<TTerm>(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
        where TTerm : struct, ITerm
    {
        CheckLengths(a, b);
        fixed (float* startA = a)
        fixed (float* startB = b)
            return a.IsEmpty ? 0f : KernelLadder.Run<TTerm, RowScore, float>(a.Length, new RowScore(startA, startB, a.Length));
    }

    private static void CheckLengths(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (a.Length != b.Length)
            throw new ArgumentException($"The vectors have {a.Length} and {b.Length} elements.");
    }
}
