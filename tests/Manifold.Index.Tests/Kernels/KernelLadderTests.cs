using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Manifold.Index.Kernels;

namespace Manifold.Index.Tests.Kernels;

public sealed class KernelLadderTests
{
    /// <summary>Set by <see cref="NarrowerInstructionSetTests"/> for the processes it starts: the width that must be in use there.</summary>
    internal const string ExpectedWidthVariable = "MANIFOLD_TEST_EXPECTED_VECTOR_WIDTH";

    /// <summary>The widest registers of this process; the runtime leaves 512 bits unused where they slow the clock.</summary>
    internal static VectorWidth WidestOfThisProcess =>
        Avx512F.IsSupported && Vector512.IsHardwareAccelerated ? VectorWidth.Bits512
        : Avx2.IsSupported ? VectorWidth.Bits256
        : Vector128.IsHardwareAccelerated ? VectorWidth.Bits128
        : VectorWidth.Scalar;

    [Fact]
    public void WidthFor_LongRow_IsTheWidestAllowed()
    {
        VectorWidth expected = Environment.GetEnvironmentVariable(ExpectedWidthVariable) is { } name
            ? Enum.Parse<VectorWidth>(name)
            : WidestOfThisProcess;
        Assert.Equal(expected, KernelLadder.WidthFor(1000));
    }

    [Fact]
    public void WidthFor_ShortRow_NeverExceedsTheRow()
    {
        for (int dimension = 1; dimension < 100; dimension++)
        {
            int lanes = (int)KernelLadder.WidthFor(dimension);
            Assert.InRange(lanes, 1, dimension);
            Assert.True(lanes == (int)WidestOfThisProcess || 2 * lanes > dimension || lanes == 1, $"{lanes} lanes for {dimension}");
        }
    }
}
