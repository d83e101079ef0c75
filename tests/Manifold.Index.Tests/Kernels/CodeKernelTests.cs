using Manifold.Index.Partitions;

namespace Manifold.Index.Tests.Kernels;

/// <summary>Codes that are read bit by bit against the kernels that read them in registers.</summary>
public sealed unsafe class CodeKernelTests
{
    public static TheoryData<int, int> Layouts => new(
        from dimension in new[] { 1, 8, 20, 100, 130, 768, 2100 } from bits in new[] { 1, 2, 3, 4 } select (dimension, bits));

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Scan_OfABlock_SumsTheSignsWithinTheTablesRounding(int dimension, int bits)
    {
        using var codes = new CodeBlock(Seeds.Create(), new CodeLayout(dimension, bits));
        var sums = stackalloc float[CodeLayout.BlockRows];
        SignScan.Scan(codes.Query, codes.Block, 0, float.NegativeInfinity, sums);

        for (var row = 0; row < CodeLayout.BlockRows; row++)
        {
            double expected = 0;
            for (var d = 0; d < codes.Layout.RotatedDimension; d++)
                expected += (codes.Sign(row, d) ? 0.5 : -0.5) * codes.RotatedQuery[d];

            // Half a step for each group of 4 elements at most.
            var tolerance = codes.Query.Step * codes.Layout.Pairs * 2 * 0.51;
            Assert.InRange(sums[row] - expected, -tolerance, tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Scan_OfABlock_MarksTheRowsThatReach(int dimension, int bits)
    {
        using var codes = new CodeBlock(Seeds.Create(), new CodeLayout(dimension, bits));
        var sums = stackalloc float[CodeLayout.BlockRows];
        var factors = (float*)(codes.Block + codes.Layout.SignBytes);
        const float Slack = 0.25f, Reach = 0.1f;

        var found = SignScan.Scan(codes.Query, codes.Block, Slack, Reach, sums);

        for (var row = 0; row < CodeLayout.BlockRows; row++)
        {
            var bound = factors[row] + ((double)factors[CodeLayout.BlockRows + row] * (sums[row] + Slack));
            if (Math.Abs(bound - Reach) > 1e-5 * (1 + Math.Abs(bound)))
                Assert.Equal(bound >= Reach, (found >> row & 1) != 0);
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Dot_OfLowCodes_IsTheSumOfProducts(int dimension, int bits)
    {
        if (bits == 1)
            return; // has none
        using var codes = new CodeBlock(Seeds.Create(), new CodeLayout(dimension, bits));
        for (var row = 0; row < CodeLayout.BlockRows; row++)
        {
            long expected = 0;
            for (var d = 0; d < codes.Layout.RotatedDimension; d++)
                expected += codes.Low(row, d) * codes.Query.Bytes[d];
            Assert.Equal(expected, LowCodes.Dot(codes.Query.Bytes, codes.LowOf(row), codes.Layout.LowBits, codes.Layout.Units));
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Sum_OfSignsAndLowBits_IsTheCodeTimesTheQuery(int dimension, int bits)
    {
        using var codes = new CodeBlock(Seeds.Create(), new CodeLayout(dimension, bits));
        for (var row = 0; row < CodeLayout.BlockRows; row++)
        {
            double code = 0, signs = 0, low = 0;
            for (var d = 0; d < codes.Layout.RotatedDimension; d++)
            {
                int lowBits = codes.Layout.LowBits, most = (1 << lowBits) - 1, value = bits > 1 ? codes.Low(row, d) : 0;
                var magnitude = codes.Sign(row, d) ? value : most - value;
                code += (codes.Sign(row, d) ? magnitude + 0.5 : -magnitude - 0.5) * codes.RotatedQuery[d];
                signs += (codes.Sign(row, d) ? 0.5 : -0.5) * codes.RotatedQuery[d];
                low += value * codes.RotatedQuery[d];
            }

            Assert.Equal(code, ((1 << codes.Layout.LowBits) * signs) + low - codes.Query.Centre, 1e-3 * (1 + Math.Abs(code)) * (1 << bits));
        }
    }

    /// <summary>A block of 32 random vectors, coded, and a query.</summary>
    private sealed class CodeBlock : IDisposable
    {
        private readonly NativeBuffer _buffer;
        private readonly int _lowStart;

        public CodeBlock(Random random, CodeLayout layout)
        {
            Layout = layout;
            var rotation = new Rotation(layout.Dimension, 1);
            using var encoder = new CodeEncoder(layout, rotation, Metric.InnerProduct);
            _lowStart = layout.BlockBytes;
            _buffer = new NativeBuffer(_lowStart + (CodeLayout.BlockRows * layout.LowBytes) + 64);
            using RandomBlock vectors = new(random, CodeLayout.BlockRows + 2, layout.Dimension);
            var centroid = vectors.Block.Rows;
            encoder.BeginPartition(centroid);
            for (var row = 0; row < CodeLayout.BlockRows; row++)
                encoder.Encode(centroid + ((row + 2) * layout.Dimension), centroid, Block, row, layout.LowBits > 0 ? LowOf(row) : null);
            Query = new CodeQuery(layout, rotation);
            Query.Prepare(centroid + layout.Dimension);
            RotatedQuery = new float[layout.RotatedDimension];
            fixed (float* rotated = RotatedQuery)
                rotation.Apply(centroid + layout.Dimension, rotated);
        }

        public CodeLayout Layout { get; }

        public CodeQuery Query { get; }

        public float[] RotatedQuery { get; }

        public byte* Block => (byte*)_buffer.Pointer;

        public byte* LowOf(int row) => Block + _lowStart + (row * Layout.LowBytes);

        public bool Sign(int row, int d) => (Block[(d / 8 * CodeLayout.BlockRows) + CodeLayout.SignByte(row)] >> (d % 8) & 1) != 0;

        public int Low(int row, int d)
        {
            int unit = d / 32, t = d % 32, two = 0, one = 0;
            if (Layout.TwoBitBytes > 0)
                two = LowOf(row)[(unit * 8) + (t % 8)] >> (2 * (t / 8)) & 3;
            if (Layout.OneBitBytes > 0)
                one = LowOf(row)[Layout.TwoBitBytes + (unit * 4) + (t % 4)] >> (t / 4) & 1;
            return Layout.LowBits == 3 ? (2 * two) + one : two + one;
        }

        public void Dispose()
        {
            Query.Dispose();
            _buffer.Dispose();
        }
    }
}
