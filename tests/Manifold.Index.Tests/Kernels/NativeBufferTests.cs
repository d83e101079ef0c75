namespace Manifold.Index.Tests.Kernels;

public sealed unsafe class NativeBufferTests
{
    [Theory]
    [InlineData(0, 64)]
    [InlineData(1, 64)]
    [InlineData(1000, 64)]
    [InlineData((2 << 20) - 1, 64)]
    [InlineData(2 << 20, 2 << 20)]
    [InlineData((5 << 20) + 12, 2 << 20)]
    public void Constructor_AnyLength_IsAlignedZeroedAndWritable(int length, int alignment)
    {
        for (int round = 0; round < 3; round++)
        {
            using NativeBuffer buffer = new(length);
            Assert.Equal(length, buffer.Length);
            Assert.Equal(0, (nint)buffer.Pointer % alignment);
            Span<byte> bytes = buffer.AsSpan<byte>();
            Assert.Equal(length, bytes.Length);
            Assert.False(bytes.ContainsAnyExcept((byte)0));

            // The next round may be given the same memory again.
            bytes.Fill(0xFF);
        }
    }

    [Fact]
    public void AsSpan_WiderElements_CountsWholeOnes()
    {
        using NativeBuffer buffer = new(15);
        Assert.Equal(3, buffer.AsSpan<float>().Length);
        Assert.Equal(1, buffer.AsSpan<long>().Length);
    }

    [Fact]
    public void Dispose_Twice_IsHarmlessAndTheMemoryIsOutOfReach()
    {
        NativeBuffer buffer = new(64);
        buffer.Dispose();
        buffer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => buffer.AsSpan<byte>().Length);
        Assert.Throws<ObjectDisposedException>(() => (nint)buffer.Pointer);
    }

    [Fact]
    public void Constructor_NegativeLength_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>("length", () => new NativeBuffer(-1));

    [Fact]
    public void VectorBlock_Row_IsTheStrideOfItsDimension()
    {
        using NativeBuffer buffer = new(6 * sizeof(float));
        float[] elements = [1, 2, 3, 4, 5, 6];
        elements.CopyTo(buffer.AsSpan<float>());
        VectorBlock block = new((float*)buffer.Pointer, 2, 3);

        Assert.Equal([1, 2, 3], block.Row(0).ToArray());
        Assert.Equal([4, 5, 6], block.Row(1).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>("index", () => block.Row(2).Length);
        Assert.Throws<ArgumentOutOfRangeException>("index", () => block.Row(-1).Length);
    }
}
