namespace Manifold.Index.Tests.Segments;

public sealed class RowBitmapTests
{
    [Fact]
    public void Builder_OfRandomRows_AgreesWithASet()
    {
        var random = Seeds.Create();
        var builder = new RowBitmap.Builder(RowBitmap.Empty);
        var model = new HashSet<int>();
        var published = new List<(RowBitmap Bitmap, int[] Rows)>();
        for (var i = 0; i < 3000; i++)
        {
            var row = random.Next(random.Next(2) == 0 ? 100 : 50_000);
            Assert.Equal(model.Add(row), builder.Add(row));
            Assert.True(builder.Contains(row));
            if (i % 100 == 0) published.Add((builder.ToImmutable(), [.. model.Order()]));
        }

        // What was published stays as it was, whatever came later.
        foreach (var (bitmap, rows) in published)
        {
            Assert.Equal(rows, bitmap.Rows);
            Assert.Equal(rows.Length, bitmap.Count);
            Assert.All(rows, row => Assert.True(bitmap.Contains(row)));
        }
    }

    [Fact]
    public void Contains_BeyondTheEnd_IsFalse()
    {
        Assert.False(RowBitmap.Empty.Contains(0));
        Assert.False(RowBitmap.FromRows([3]).Contains(int.MaxValue));
    }

    [Fact]
    public void ToImmutable_WithoutChange_IsTheSameSet()
    {
        var builder = new RowBitmap.Builder(RowBitmap.FromRows([1]));
        Assert.Same(builder.ToImmutable(), builder.ToImmutable());
        Assert.False(builder.Add(1));
        var before = builder.ToImmutable();
        builder.Add(2);
        Assert.NotSame(before, builder.ToImmutable());
        Assert.False(before.Contains(2));
    }

    [Fact]
    public void Builder_SharesChunksItDoesNotTouch()
    {
        var first = RowBitmap.FromRows([0, 5000, 10_000]);
        var builder = new RowBitmap.Builder(first);
        builder.Add(5001);
        var second = builder.ToImmutable();
        Assert.True(first.Chunk(0) == second.Chunk(0));
        Assert.False(first.Chunk(1) == second.Chunk(1));
        Assert.True(first.Chunk(2) == second.Chunk(2));
    }

    [Fact]
    public void Add_OfNegativeRow_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => RowBitmap.FromRows([-1]));
}
