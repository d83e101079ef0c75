using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Manifold.Index.Kernels;

/// <summary>
/// Chooses the kernel for a dimension: the widest registers that the machine has and that one row fills, then short or long rows.
/// The choice depends on the machine and the dimension alone. The tests for hardware are constants to the JIT.
/// </summary>
internal static unsafe class KernelLadder
{
    // Four rows of 64 floats or more, read side by side, are streams too far apart for the prefetcher: on a Zen 4 server four at once
    // reach 35 to 75 % of one by one from here on, whatever the registers' width, and 3 to 10 % more below.
    internal const int LongRowDimension = 64;

    /// <summary>The rung that rows of this dimension are scored on.</summary>
    internal static VectorWidth WidthFor(int dimension)
    {
        if (Vector512.IsHardwareAccelerated && dimension >= Vector512<float>.Count)
            return VectorWidth.Bits512;
        if (Vector256.IsHardwareAccelerated && dimension >= Vector256<float>.Count)
            return VectorWidth.Bits256;
        if (Vector128.IsHardwareAccelerated && dimension >= Vector128<float>.Count)
            return VectorWidth.Bits128;
        return VectorWidth.Scalar;
    }

    /// <summary>Runs <paramref name="visitor"/> with the kernel for <paramref name="dimension"/>.</summary>
    internal static TResult Run<TTerm, TVisitor, TResult>(int dimension, TVisitor visitor)
        where TTerm : ITerm
        where TVisitor : struct, IKernelVisitor<TResult> =>
        WidthFor(dimension) switch
        {
            VectorWidth.Bits512 => Run<TTerm, Lanes512, Vector512<float>, TVisitor, TResult>(dimension, visitor),
            VectorWidth.Bits256 => Run<TTerm, Lanes256, Vector256<float>, TVisitor, TResult>(dimension, visitor),
            VectorWidth.Bits128 => Run<TTerm, Lanes128, Vector128<float>, TVisitor, TResult>(dimension, visitor),
            _ => Run<TTerm, LanesScalar, float, TVisitor, TResult>(dimension, visitor),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TResult Run<TTerm, TLanes, TVector, TVisitor, TResult>(int dimension, TVisitor visitor)
        where TTerm : ITerm
        where TLanes : ILanes<TVector>
        where TVector : unmanaged
        where TVisitor : struct, IKernelVisitor<TResult> =>
        dimension >= LongRowDimension
            ? visitor.Visit<LongRowKernel<TLanes, TVector, TTerm>>()
            : visitor.Visit<ShortRowKernel<TLanes, TVector, TTerm>>();
}
