using System.Collections.Immutable;

namespace Manifold.Index.Tests;

/// <summary>Random histories of an index against a dictionary.</summary>
public sealed class IndexModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Random _random = Seeds.Create();
    private readonly List<(string Name, string Path, RowBitmap Deleted)> _stored = [];
    private readonly List<FrozenSegment> _frozen = [];
    private readonly List<(ViewLease Lease, IndexModel Model)> _leases = [];
    private SegmentMerge? _merge;
    private IndexWriter _writer = NewWriter();
    private ImmutableDictionary<string, Item> _items = ImmutableDictionary<string, Item>.Empty;
    private IndexModel _published = new(ImmutableDictionary<string, Item>.Empty);
    private int _names;

    public void Dispose()
    {
        foreach (var (lease, _) in _leases) lease.Dispose();
        foreach (var frozen in _frozen) frozen.Dispose();
        _merge?.Dispose();
        _writer.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void AnyHistory_AgreesWithADictionary()
    {
        for (var operation = 0; operation < 5000; operation++)
        {
            Step();
            Assert.Equal(_items.Count, _writer.LiveRows);
        }

        Reopen();
        _published.AssertAgrees(_writer.Current, _random);
    }

    private void Step()
    {
        switch (_random.Next(100))
        {
            case < 55:
                Upsert();
                break;
            case < 72:
                Delete();
                break;
            case < 82:
                Publish();
                break;
            case < 94:
                _published.AssertAgrees(_writer.Current, _random);
                break;
            case < 95:
                if (_frozen.Count < 3) _frozen.Add(_writer.Freeze());
                break;
            case < 96:
                if (_frozen.Count > 0) Seal(_frozen[_random.Next(_frozen.Count)]);
                break;
            case < 97:
                if (_merge is null) BeginMerge();
                else EndMerge();
                break;
            case < 98:
                _leases.Add((_writer.AcquireCurrent(), _published));
                if (_leases.Count > 4) _leases[0].Lease.Dispose();
                if (_leases.Count > 4) _leases.RemoveAt(0);
                break;
            case < 99:
                foreach (var (lease, model) in _leases) model.AssertAgrees(lease.View, _random);
                break;
            default:
                if (_random.Next(5) == 0) Reopen();
                break;
        }
    }

    private void Upsert()
    {
        var item = SampleItems.Next(_random);
        _writer.Upsert(item);
        _items = _items.SetItem(item.Id, item);
    }

    private void Delete()
    {
        var id = SampleItems.NextId(_random);
        Assert.Equal(_items.ContainsKey(id), _writer.Delete(id));
        _items = _items.Remove(id);
    }

    private void Publish()
    {
        var view = _writer.Publish();
        Assert.Same(view, _writer.Current);
        _published = new IndexModel(_items);
    }

    private void Seal(FrozenSegment frozen)
    {
        _frozen.Remove(frozen);
        var path = _folder.NewFile();
        var name = "segment-" + _names++;
        _writer.Seal(frozen, path, name, withIndex: _random.Next(3) != 0);
        _stored.Add((name, path, RowBitmap.Empty));
    }

    private void BeginMerge()
    {
        string[] names = [.. _stored.Select(stored => stored.Name)];
        _random.Shuffle(names);
        if (names.Length > 0) _merge = _writer.BeginMerge(names[..Math.Min(_random.Next(1, 4), names.Length)]);
    }

    private void EndMerge()
    {
        using var merge = _merge!;
        _merge = null;
        _stored.RemoveAll(stored => merge.Names.Contains(stored.Name));
        if (merge.LiveRows == 0)
        {
            _writer.Drop(merge);
            return;
        }

        var path = _folder.NewFile();
        var name = "merged-" + _names++;
        var segment = merge.Write(path, withIndex: _random.Next(3) != 0);
        var persisted = _random.Next(2) == 0 ? RowBitmap.Empty : merge.Follow(_writer.SealedSegments(), segment);
        Upsert();
        Delete();
        _writer.Replace(merge, name, segment, persisted);
        _stored.Add((name, path, persisted));
    }

    /// <summary>Seals everything, stores the deletions and opens a new index from what is stored.</summary>
    private void Reopen()
    {
        if (_merge is not null) EndMerge();
        foreach (var frozen in _frozen.ToArray()) Seal(frozen);
        Seal(_writer.Freeze());
        foreach (var (name, deleted, changed, _, _) in _writer.SealedSegments())
        {
            var index = _stored.FindIndex(stored => stored.Name == name);
            Assert.Equal(!deleted.Rows.SequenceEqual(_stored[index].Deleted.Rows), changed);
            using var bytes = new MemoryStream();
            DeletionList.Write(bytes, deleted);
            _stored[index] = _stored[index] with { Deleted = DeletionList.Read(bytes.ToArray(), name) };
            _writer.MarkPersisted(name, deleted);
        }

        Assert.DoesNotContain(_writer.SealedSegments(), segment => segment.Changed);
        _writer.Dispose();
        _writer = NewWriter();
        foreach (var (name, path, deleted) in _stored)
        {
            var segment = Segment.Open(path);
            if (File.Exists(path + ".index")) segment.Attach(SegmentIndex.Open(path + ".index"));
            segment.Verify(TestContext.Current.CancellationToken);
            _writer.AddSegment(name, segment, deleted);
        }

        Publish();
    }

    // The smallest chunks, so that a few hundred rows cross many.
    private static IndexWriter NewWriter() => new(SampleItems.Spaces, new IndexOptions { GrowingChunkRows = 64 });
}
