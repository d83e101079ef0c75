namespace Manifold.Index.Tests;

/// <summary>Memory lives exactly as long as somebody can reach it.</summary>
public sealed class ViewLifetimeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly IndexWriter _writer = new([new("v", 2, Metric.L2)]);

    public void Dispose()
    {
        _writer.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Lease_OfRetiredView_KeepsTheReplacedSegment()
    {
        Upsert("a");
        _writer.Publish();
        var lease = _writer.AcquireCurrent();
        var frozen = _writer.Freeze();
        _writer.Seal(frozen, _folder.NewFile(), "s");
        _writer.Publish();
        Assert.False(frozen.Segment.IsReleased);
        Assert.NotNull(lease.View.Get("a", withVectors: true));
        lease.Dispose();
        Assert.True(frozen.Segment.IsReleased);
    }

    [Fact]
    public void Publish_WithoutLeases_ReleasesTheReplacedSegmentAtOnce()
    {
        Upsert("a");
        _writer.Publish();
        var frozen = _writer.Freeze();
        _writer.Seal(frozen, _folder.NewFile(), "s");
        Assert.False(frozen.Segment.IsReleased);
        _writer.Publish();
        Assert.True(frozen.Segment.IsReleased);
    }

    [Fact]
    public void Dispose_OfWriter_ReleasesWhenTheLastReaderLeaves()
    {
        Upsert("a");
        var segment = _writer.Seal(_writer.Freeze(), _folder.NewFile(), "s");
        Upsert("b");
        var frozen = _writer.Freeze();
        Upsert("c");
        _writer.Publish();
        var first = _writer.AcquireCurrent();
        var second = _writer.AcquireCurrent();
        _writer.Dispose();
        first.Dispose();
        first.Dispose();
        Assert.Equal(3, second.View.Scroll(null, 9, null, withVectors: true, TestContext.Current.CancellationToken).Items.Count);
        Assert.False(segment.IsReleased);
        Assert.False(frozen.Segment.IsReleased);
        var view = second.View;
        second.Dispose();
        Assert.True(segment.IsReleased);
        Assert.True(frozen.Segment.IsReleased);
        Assert.Throws<ObjectDisposedException>(() => view.Get("a", withVectors: false));
        Assert.Throws<ObjectDisposedException>(() => view.Acquire());
        Assert.Throws<ObjectDisposedException>(() => second.View);
        Assert.Throws<ObjectDisposedException>(_writer.AcquireCurrent);
    }

    [Fact]
    public void Dispose_OfFrozenSegmentDuringWrite_WaitsForIt()
    {
        Upsert("a");
        var frozen = _writer.Freeze();
        using var stream = new CallbackStream(() =>
        {
            _writer.Dispose();
            frozen.Dispose();
            Assert.False(frozen.Segment.IsReleased);
        });
        frozen.WriteTo(stream, TestContext.Current.CancellationToken);
        Assert.True(frozen.Segment.IsReleased);
    }

    [Fact]
    public void Dispose_OfSegmentByItsOpener_DoesNotTakeItFromTheIndex()
    {
        Upsert("a");
        using (var segment = _writer.Seal(_writer.Freeze(), _folder.NewFile(), "s"))
        {
            _writer.Publish();
        }

        Assert.NotNull(_writer.Current.Get("a", withVectors: true));
        _writer.Delete("a");
        _writer.Publish();
        Assert.False(_writer.Delete("a"));
    }

    private void Upsert(string id) => _writer.Upsert(new Item { Id = id, Vectors = new Dictionary<string, float[]> { ["v"] = [1, 2] } });

    private sealed class CallbackStream(Action callback) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count)
        {
            callback();
            base.Write(buffer, offset, count);
        }
    }
}
