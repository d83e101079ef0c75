namespace Manifold.Index.Tests;

public sealed class IndexWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly IndexWriter _writer = new(SampleItems.Spaces);

    public void Dispose()
    {
        _writer.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Upsert_OfUnknownSpaceOrDimension_ThrowsAndChangesNothing()
    {
        Assert.Throws<ArgumentException>(() => _writer.Upsert(With("sound", [1])));
        Assert.Throws<ArgumentException>(() => _writer.Upsert(With("caption", [1])));
        Assert.Equal((0, 0L), (_writer.GrowingRows, _writer.LiveRows));
    }

    [Fact]
    public void Upsert_OfOneIdManyTimes_KeepsTheLast()
    {
        for (var i = 0; i < 10_000; i++) _writer.Upsert(With("caption", [i, 0, 0, 0, 0]));
        Assert.Equal((10_000, 1L), (_writer.GrowingRows, _writer.LiveRows));
        Assert.Equal(9999, _writer.Publish().Get("x", withVectors: true)!.Vectors["caption"][0]);
    }

    [Fact]
    public void Upsert_ByView_AllocatesNothingForMostItems()
    {
        using var writer = new IndexWriter(SampleItems.Spaces, new IndexOptions { GrowingChunkRows = 4096 });
        var items = Enumerable.Range(0, 1200).Select(i => SampleItems.Encode(With("caption", [1, 2, 3, 4, 5]) with { Id = "item " + i })).ToArray();
        for (var i = 0; i < 1100; i++) writer.Upsert(ItemView.Read(items[i], out _));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 1100; i < 1200; i++) writer.Upsert(ItemView.Read(items[i], out _));
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void GrowingBytes_Grow_WithWhatIsStored()
    {
        _writer.Upsert(With("caption", [1, 2, 3, 4, 5]));
        var one = _writer.GrowingBytes;
        Assert.InRange(one, 20, 100);
        _writer.Upsert(With("caption", [1, 2, 3, 4, 5]) with { Attributes = Attributes.Of(("text", new string('x', 5000))) });
        Assert.InRange(_writer.GrowingBytes - one, 5020, 5100);
    }

    [Fact]
    public void Publish_WithoutChange_GivesTheSameView()
    {
        _writer.Upsert(With("caption", [1, 2, 3, 4, 5]));
        var view = _writer.Publish();
        Assert.False(_writer.Delete("absent"));
        Assert.Same(view, _writer.Publish());
    }

    [Fact]
    public void Replace_AfterChangesOfFrozenRows_CarriesThemOver()
    {
        foreach (var id in (string[])["a", "b", "c"]) _writer.Upsert(With("caption", [1, 2, 3, 4, 5]) with { Id = id });
        _writer.Delete("a");
        var frozen = _writer.Freeze();
        Assert.Equal(2, frozen.LiveRows);
        _writer.Delete("b");
        _writer.Upsert(With("caption", [9, 9, 9, 9, 9]) with { Id = "c" });
        var segment = _writer.Seal(frozen, _folder.NewFile(), "s");
        Assert.Equal(2, segment.RowCount);
        var (name, deleted, changed, _, _) = Assert.Single(_writer.SealedSegments());
        Assert.Equal(("s", 2, true), (name, deleted.Count, changed));
        var view = _writer.Publish();
        Assert.Null(view.Get("b", withVectors: false));
        Assert.Equal(9, view.Get("c", withVectors: true)!.Vectors["caption"][0]);
        Assert.Equal(1, view.LiveRows);
    }

    [Fact]
    public void Merge_DropsDeletedRowsAndFollowsLaterDeletions()
    {
        foreach (var (name, ids) in (ReadOnlySpan<(string, string[])>)[("s", ["a", "b"]), ("t", ["c", "d"])])
        {
            foreach (var id in ids) _writer.Upsert(With("caption", [1, 2, 3, 4, 5]) with { Id = id });
            _writer.Seal(_writer.Freeze(), _folder.NewFile(), name);
        }

        _writer.Delete("a");
        using var merge = _writer.BeginMerge(["t", "s"]);
        Assert.Equal(3, merge.LiveRows);
        _writer.Delete("c");
        var segment = merge.Write(_folder.NewFile());
        var persisted = merge.Follow(_writer.SealedSegments(), segment);
        Assert.Equal(1, persisted.Count);
        _writer.Delete("d");
        _writer.Replace(merge, "m", segment, persisted);
        var merged = Assert.Single(_writer.SealedSegments());
        Assert.Equal(("m", 2, true, 3), (merged.Name, merged.Deleted.Count, merged.Changed, merged.RowCount));
        var view = _writer.Publish();
        Assert.Equal(["b"], view.Scroll(null, 10, null, withVectors: false, TestContext.Current.CancellationToken).Items.Select(item => item.Id));
    }

    [Fact]
    public void Merge_OfSegmentsWithoutLiveRows_LeavesNothing()
    {
        _writer.Upsert(With("caption", [1, 2, 3, 4, 5]) with { Id = "a" });
        var sealedSegment = _writer.Seal(_writer.Freeze(), _folder.NewFile(), "s");
        using (var early = _writer.BeginMerge(["s"])) Assert.Throws<InvalidOperationException>(() => _writer.Drop(early));
        _writer.Delete("a");
        using (var merge = _writer.BeginMerge(["s"])) _writer.Drop(merge);
        Assert.Empty(_writer.SealedSegments());
        _writer.Publish();
        Assert.True(sealedSegment.IsReleased);
    }

    [Fact]
    public void Merge_OfUnknownOrGoneSegments_ThrowsAndChangesNothing()
    {
        Assert.Throws<ArgumentException>(() => _writer.BeginMerge(["absent"]));
        Assert.Throws<ArgumentException>(() => _writer.BeginMerge([]));
        _writer.Upsert(With("caption", [1, 2, 3, 4, 5]) with { Id = "a" });
        _writer.Seal(_writer.Freeze(), _folder.NewFile(), "s");
        using var first = _writer.BeginMerge(["s"]);
        using var second = _writer.BeginMerge(["s"]);
        _writer.Replace(first, "m", first.Write(_folder.NewFile()), RowBitmap.Empty);
        using var late = second.Write(_folder.NewFile());
        Assert.Throws<ArgumentException>(() => _writer.Replace(second, "n", late, RowBitmap.Empty));
        Assert.NotNull(_writer.Publish().Get("a", withVectors: false));
    }

    [Fact]
    public void Replace_ByAnotherSegment_ThrowsAndChangesNothing()
    {
        _writer.Upsert(With("caption", [1, 2, 3, 4, 5]) with { Id = "a" });
        var other = _folder.NewFile();
        using (var frozenOther = _writer.Freeze())
        {
            using (var file = File.Create(other)) frozenOther.WriteTo(file, TestContext.Current.CancellationToken);
            _writer.Upsert(With("caption", [1, 2, 3, 4, 5]) with { Id = "b" });
            var frozen = _writer.Freeze();
            _writer.Delete("b");
            using var segment = Segment.Open(other);
            Assert.Throws<ArgumentException>(() => _writer.Replace(frozen, "s", segment));
            Assert.False(segment.IsReleased);
            Assert.NotNull(_writer.Publish().Get("a", withVectors: false));
        }
    }

    [Fact]
    public void Drop_OfFrozenSegmentWithoutLiveRows_TakesItOut()
    {
        _writer.Upsert(With("caption", [1, 2, 3, 4, 5]));
        var frozen = _writer.Freeze();
        Assert.Throws<InvalidOperationException>(() => _writer.Drop(frozen));
        _writer.Delete("x");
        _writer.Drop(frozen);
        Assert.Throws<ArgumentException>(() => _writer.Drop(frozen));
        Assert.Throws<ObjectDisposedException>(() => frozen.WriteTo(Stream.Null, TestContext.Current.CancellationToken));
        Assert.Equal(0, _writer.Publish().LiveRows);
    }

    [Fact]
    public void AddSegment_WithAnotherDimension_SaysWhichSpace()
    {
        var path = SealOne();
        using var other = new IndexWriter([new("image", 8, Metric.Cosine), new("caption", 7, Metric.L2)]);
        using var segment = Segment.Open(path);
        Assert.Contains("caption", Assert.Throws<ArgumentException>(() => other.AddSegment("s", segment, RowBitmap.Empty)).Message);
    }

    [Fact]
    public void AddSegment_WithFewerSpaces_IsSearchedInThoseItHas()
    {
        var path = SealOne();
        using var other = new IndexWriter([.. SampleItems.Spaces, new("new", 3, Metric.L2)]);
        other.AddSegment("s", Segment.Open(path), RowBitmap.Empty);
        var view = other.Publish();
        Assert.Single(view.Search(new SearchQuery("caption", new float[5], 1), TestContext.Current.CancellationToken));
        Assert.Empty(view.Search(new SearchQuery("new", new float[3], 1), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void AddSegment_WithDeletionBeyondItsRows_Throws()
    {
        using var segment = Segment.Open(SealOne());
        Assert.Throws<ArgumentException>(() => _writer.AddSegment("t", segment, RowBitmap.FromRows([1])));
    }

    [Fact]
    public void AddSegment_UnderANameThatIsTaken_Throws()
    {
        var path = SealOne();
        using var other = new IndexWriter(SampleItems.Spaces);
        other.AddSegment("s", Segment.Open(path), RowBitmap.FromRows([0]));
        using var again = Segment.Open(path);
        Assert.Throws<ArgumentException>(() => other.AddSegment("s", again, RowBitmap.Empty));
    }

    [Fact]
    public void New_WithImpossibleSpaces_Throws()
    {
        Assert.Throws<ArgumentException>(() => new IndexWriter([]));
        Assert.Throws<ArgumentException>(() => new IndexWriter([new("a", 0, Metric.L2)]));
        Assert.Throws<ArgumentException>(() => new IndexWriter([new("", 1, Metric.L2)]));
        Assert.Throws<ArgumentException>(() => new IndexWriter([new("a", 1, Metric.L2), new("a", 1, Metric.L2)]));
        Assert.Throws<ArgumentException>(() => new IndexWriter([new("a", 1, (Metric)9)]));
        Assert.Throws<ArgumentException>(() => new IndexWriter([new("a", 1, Metric.L2)], new IndexOptions { GrowingChunkRows = 100 }));
    }

    private string SealOne()
    {
        var path = _folder.NewFile();
        _writer.Upsert(With("caption", [1, 2, 3, 4, 5]));
        _writer.Seal(_writer.Freeze(), path, "s");
        return path;
    }

    private static Item With(string space, float[] vector) => new() { Id = "x", Vectors = new Dictionary<string, float[]> { [space] = vector } };
}
