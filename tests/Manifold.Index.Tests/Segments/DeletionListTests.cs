namespace Manifold.Index.Tests.Segments;

public sealed class DeletionListTests
{
    [Theory]
    [InlineData(new int[0])]
    [InlineData(new[] { 0 })]
    [InlineData(new[] { 1, 63, 64, 4095, 4096, 1_000_000 })]
    public void Read_OfWritten_GivesTheSameRows(int[] rows) =>
        Assert.Equal(rows, DeletionList.Read(Write(RowBitmap.FromRows(rows)), "x").Rows);

    [Fact]
    public void Read_OfDamagedBytes_Refuses()
    {
        var bytes = Write(RowBitmap.FromRows([7, 5000]));
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<CorruptSegmentException>(() => DeletionList.Read(bytes.AsSpan(0, length), "x"));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<CorruptSegmentException>(() => DeletionList.Read(bytes, "x"));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.Throws<CorruptSegmentException>(() => DeletionList.Read([.. bytes, 0], "x"));
    }

    [Fact]
    public void Read_OfDamagedBytes_NamesFileSectionAndOffset()
    {
        var bytes = Write(RowBitmap.FromRows([7]));
        bytes[20] ^= 1;
        var error = Assert.Throws<CorruptSegmentException>(() => DeletionList.Read(bytes, "a.deleted"));
        Assert.Equal(("a.deleted", "rows", bytes.Length - 8L), (error.File, error.Section, error.Offset));
    }

    private static byte[] Write(RowBitmap deleted)
    {
        using var stream = new MemoryStream();
        DeletionList.Write(stream, deleted);
        return stream.ToArray();
    }
}
