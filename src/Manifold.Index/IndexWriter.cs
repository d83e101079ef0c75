namespace Manifold.Index;

/// <summary>
/// The one writer of an index: takes items, deletes them, publishes views. Members are for one thread at a time, except
/// <see cref="Current"/> and <see cref="AcquireCurrent"/>, which any thread may call.
/// </summary>
public sealed class IndexWriter : IDisposable
{
    private readonly IndexOptions _options;
    private readonly List<WrittenSegment> _older = [];
    private GrowingSegment _growing;
    private RowBitmap.Builder _growingDeleted = new(RowBitmap.Empty);
    private SearchView _current;
    private bool _unpublished;
    private volatile bool _disposed;

    /// <summary>An empty index.</summary>
    /// <exception cref="ArgumentException">The spaces or an option cannot be.</exception>
    public IndexWriter(IReadOnlyList<SpaceSchema> spaces, IndexOptions? options = null)
    {
        SpaceSchema.Check(spaces);
        _options = options ?? new IndexOptions();
        _options.Check();
        Spaces = [.. spaces];
        _growing = new GrowingSegment(Spaces, _options.GrowingChunkRows);
        _current = MakeView();
    }

    /// <summary>The spaces. Any thread may read them; there can be more the next time.</summary>
    public IReadOnlyList<SpaceSchema> Spaces { get; private set; }

    /// <summary>The view published last. It may be retired at any moment: search it at once, or use <see cref="AcquireCurrent"/>.</summary>
    public SearchView Current => Volatile.Read(ref _current);

    /// <summary>Rows of the growing segment, replaced and deleted ones included: what sealing by size looks at.</summary>
    public int GrowingRows => _growing.RowCount;

    /// <summary>Bytes of these rows.</summary>
    public long GrowingBytes => _growing.Bytes;

    /// <summary>Items in the index, unpublished changes included.</summary>
    public long LiveRows { get; private set; }

    /// <summary>The current view, held until the lease is disposed. Any thread.</summary>
    /// <exception cref="ObjectDisposedException">The writer is disposed.</exception>
    public ViewLease AcquireCurrent()
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var view = Current;
            if (view.TryEnter()) return new ViewLease(view);
        }
    }

    /// <summary>Adds a sealed segment, which the writer owns from here on. Its live ids must not be in the index yet.</summary>
    /// <param name="name">A name of its own, for <see cref="SealedSegments"/>.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="deleted">Its deleted rows as they are stored.</param>
    /// <exception cref="ArgumentException">The name is taken, a space differs, or there are more deleted rows than rows.</exception>
    public void AddSegment(string name, Segment segment, RowBitmap deleted)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        CheckSegment(name, segment);
        if (deleted.Count > 0 && deleted.Rows.Last() is var last && last >= segment.RowCount)
            throw new ArgumentException($"Row {last} is deleted, but segment '{name}' has {segment.RowCount} rows.", nameof(deleted));
        TakeOver(segment);
        _older.Add(new WrittenSegment(name, segment, deleted, null));
        LiveRows += segment.RowCount - deleted.Count;
        _unpublished = true;
    }

    /// <summary>Adds a space, which no item has a vector in yet. Searches know of it with the next <see cref="Publish"/>.</summary>
    /// <exception cref="ArgumentException">There is one of this name, or a segment has another of this name; nothing is changed.</exception>
    public void AddSpace(SpaceSchema space)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        SpaceSchema.Check([.. Spaces, space]);
        foreach (var segment in _older)
            if (segment.Reader.Spaces.FirstOrDefault(other => other.Name == space.Name) is { } other && !other.IsCompatible(space))
                throw new ArgumentException($"Segment '{segment.Name}' has {other} where the index is to have {space}.", nameof(space));
        _growing.AddSpace(space);
        Spaces = [.. Spaces, space];
        _unpublished = true;
    }

    /// <summary>Adds an item, or replaces the one of the same id wherever it is. Vectors of cosine spaces must have unit length.</summary>
    /// <exception cref="ArgumentException">A vector is of an unknown space or of another dimension; nothing is changed.</exception>
    public void Upsert(in ItemView item)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _growing.CheckVectors(item);
        var hash = SegmentReader.HashId(item.Id);
        var older = Find(item.Id, hash, out var olderRow);
        _growing.Append(item, hash);
        if (older is null) LiveRows++;
        else older.Add(olderRow);
        _unpublished = true;
    }

    /// <summary>Deletes an item; false if there is none of this id.</summary>
    public bool Delete(ReadOnlySpan<byte> idUtf8)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Find(idUtf8, SegmentReader.HashId(idUtf8), out var row) is not { } deleted) return false;
        deleted.Add(row);
        LiveRows--;
        _unpublished = true;
        return true;
    }

    /// <summary>Deletes the items whose ids match, by a look at every row.</summary>
    /// <returns>How many there were.</returns>
    public int DeleteWhere(IdPredicate matches)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var deletions = _older.Sum(segment => Delete(segment.Reader, segment.Deleted)) + Delete(_growing, _growingDeleted);
        LiveRows -= deletions;
        _unpublished |= deletions > 0;
        return deletions;

        int Delete(SegmentReader reader, RowBitmap.Builder deleted)
        {
            var before = deleted.Count;
            for (var row = 0; row < reader.RowCount; row++)
                if (!deleted.Contains(row) && matches(reader.GetId(row))) deleted.Add(row);
            return deleted.Count - before;
        }
    }

    /// <summary>Makes all changes so far visible, and retires the view before. The same view if nothing changed.</summary>
    public SearchView Publish()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_unpublished) return _current;
        var retired = _current;
        Volatile.Write(ref _current, MakeView());
        retired.Leave();
        _unpublished = false;
        return _current;
    }

    /// <summary>Ends the growing segment and starts a new one. The frozen rows stay searchable, and can still be replaced and deleted.</summary>
    public FrozenSegment Freeze()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var frozen = new FrozenSegment(_growing, _growingDeleted.ToImmutable());
        _older.Add(new WrittenSegment(null, _growing, frozen.DeletedAtFreeze, frozen));
        _growing = new GrowingSegment(Spaces, _options.GrowingChunkRows);
        _growingDeleted = new(RowBitmap.Empty);
        _unpublished = true;
        return frozen;
    }

    /// <summary>
    /// Puts the sealed segment, which the writer owns from here on, in the place of the frozen one; rows deleted since the freeze become
    /// its deletions. Visible with the next <see cref="Publish"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The frozen segment is not of this index, or the sealed one is not made of it; nothing is changed.</exception>
    public void Replace(FrozenSegment frozen, string name, Segment segment)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var index = IndexOf(frozen);
        CheckSegment(name, segment);
        if (segment.RowCount != frozen.LiveRows)
            throw new ArgumentException($"Segment '{name}' has {segment.RowCount} rows; {frozen.LiveRows} were live at the freeze.", nameof(segment));
        var replacement = new WrittenSegment(name, segment, RowBitmap.Empty, null);
        foreach (var row in _older[index].Deleted.ToImmutable().Rows)
        {
            if (frozen.DeletedAtFreeze.Contains(row)) continue;
            if (!segment.TryFind(frozen.Segment.GetId(row), out var sealedRow))
                throw new ArgumentException($"Segment '{name}' lacks the frozen item '{Utf8Text.Decode(frozen.Segment.GetId(row))}'.", nameof(segment));
            replacement.Deleted.Add(sealedRow);
        }

        TakeOver(segment);
        _older[index] = replacement;
        _unpublished = true;
        frozen.Dispose();
        frozen.Segment.Release();
    }

    /// <summary>
    /// Puts another opening of a sealed segment in its place, one that has its indexes; the writer owns a reference of its own from here on. Visible with the next <see cref="Publish"/>.
    /// </summary>
    /// <exception cref="ArgumentException">There is no sealed segment of this name, or the other one has other rows; nothing is changed.</exception>
    public void Exchange(string name, Segment segment)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var index = IndexOf(name);
        if (segment.RowCount != _older[index].Reader.RowCount)
            throw new ArgumentException($"Segment '{name}' has {_older[index].Reader.RowCount} rows, the one in its place {segment.RowCount}.", nameof(segment));
        var former = _older[index];
        segment.AddReference();
        _older[index] = former.With(segment);
        _unpublished = true;
        former.Reader.Release();
    }

    /// <summary>Takes a frozen segment without live rows out of the index: there is nothing to seal.</summary>
    /// <exception cref="ArgumentException">The frozen segment is not of this index.</exception>
    /// <exception cref="InvalidOperationException">It still has live rows.</exception>
    public void Drop(FrozenSegment frozen)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var index = IndexOf(frozen);
        if (_older[index].LiveRows > 0) throw new InvalidOperationException($"The frozen segment still has {_older[index].LiveRows} live rows.");
        _older.RemoveAt(index);
        _unpublished = true;
        frozen.Dispose();
        frozen.Segment.Release();
    }

    /// <summary>Begins to merge sealed segments into one. A segment may be in one merge only.</summary>
    /// <exception cref="ArgumentException">There is no sealed segment of one of these names, or there are none.</exception>
    public SegmentMerge BeginMerge(IReadOnlyCollection<string> names)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (names.Count == 0) throw new ArgumentException("There is nothing to merge.", nameof(names));
        return new SegmentMerge(Spaces, [.. names.Distinct().Select(name => _older[IndexOf(name)]).Select(segment => (segment.Name!, (Segment)segment.Reader, segment.Deleted.ToImmutable()))]);
    }

    /// <summary>
    /// Puts the merged segment, which the writer owns from here on, in the place of those that it was made of; rows deleted since the merge began are its
    /// deletions. Visible with the next <see cref="Publish"/>.
    /// </summary>
    /// <param name="merge">The merge; the caller still disposes of it.</param>
    /// <param name="name">The merged segment's name.</param>
    /// <param name="segment">The merged segment.</param>
    /// <param name="persisted">The deletions that are stored with it already.</param>
    /// <exception cref="ArgumentException">A segment of the merge has gone, or the merged one is not made of them; nothing is changed.</exception>
    public void Replace(SegmentMerge merge, string name, Segment segment, RowBitmap persisted)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        CheckSegment(name, segment);
        var deleted = merge.Follow(SealedSegments(), segment);
        TakeOver(segment);
        _older.Insert(Remove(merge), new WrittenSegment(name, segment, deleted, null) { PersistedDeletions = persisted.Count });
    }

    /// <summary>Takes the segments of a merge out of the index: none of their rows was live when it began, so that there is nothing to write.</summary>
    /// <exception cref="ArgumentException">A segment of the merge has gone.</exception>
    /// <exception cref="InvalidOperationException">There were live rows.</exception>
    public void Drop(SegmentMerge merge)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (merge.LiveRows > 0) throw new InvalidOperationException($"The segments still had {merge.LiveRows} live rows.");
        Remove(merge);
    }

    /// <summary>All sealed segments, in the order in which they were added.</summary>
    public IReadOnlyList<SealedSegment> SealedSegments() =>
        [.. _older.Where(segment => segment.Name is not null).Select(segment => new SealedSegment(
            segment.Name!, segment.Deleted.ToImmutable(), segment.Deleted.Count != segment.PersistedDeletions, segment.Reader.RowCount, ((Segment)segment.Reader).Bytes))];

    /// <summary>Says that these deletions of a sealed segment are stored; they count as changed again when there are more.</summary>
    /// <exception cref="ArgumentException">There is no such segment.</exception>
    public void MarkPersisted(string name, RowBitmap deleted)
    {
        _older[IndexOf(name)].PersistedDeletions = deleted.Count;
    }

    /// <summary>Retires the current view. Memory goes as soon as the readers that hold leases have left. Later calls do nothing.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _current.Leave();
        foreach (var segment in _older)
        {
            segment.Frozen?.Dispose();
            segment.Reader.Release();
        }

        _older.Clear();
        _growing.Release();
    }

    /// <summary>Finds the live row of an id, newest segment first; the deletions of its segment, or null.</summary>
    private RowBitmap.Builder? Find(ReadOnlySpan<byte> id, ulong hash, out int row)
    {
        // The newest row of an id may be deleted, but then older rows of the segment are too.
        if (_growing.TryFind(id, hash, _growing.RowCount, out row) && !_growingDeleted.Contains(row)) return _growingDeleted;
        for (var i = _older.Count - 1; i >= 0; i--)
            if (_older[i].Reader.TryFind(id, hash, _older[i].Reader.RowCount, out row) && !_older[i].Deleted.Contains(row)) return _older[i].Deleted;
        return null;
    }

    private SearchView MakeView()
    {
        var segments = new List<ViewSegment>();
        var firstRow = 0;
        foreach (var segment in _older) Add(segment.Reader, segment.Deleted);
        Add(_growing, _growingDeleted);
        foreach (var segment in segments) segment.Reader.AddReference();
        return new SearchView(Spaces, [.. segments]);

        void Add(SegmentReader reader, RowBitmap.Builder deleted)
        {
            if (reader.RowCount == deleted.Count) return;
            segments.Add(new ViewSegment(reader, reader.RowCount, deleted.ToImmutable(), firstRow));
            firstRow = checked(firstRow + reader.RowCount);
        }
    }

    /// <summary>Exchanges the opener's reference for one of the writer's own, so that a later Dispose by the opener does no harm.</summary>
    private static void TakeOver(Segment segment)
    {
        segment.AddReference();
        segment.Dispose();
    }

    /// <summary>Takes a merge's segments out.</summary>
    /// <returns>The place of the first of them.</returns>
    private int Remove(SegmentMerge merge)
    {
        int[] places = [.. merge.Names.Select(IndexOf).Order()];
        foreach (var place in places.Reverse())
        {
            var former = _older[place];
            _older.RemoveAt(place);
            former.Reader.Release();
        }

        _unpublished = true;
        return places[0];
    }

    private int IndexOf(string name)
    {
        var index = _older.FindIndex(candidate => candidate.Name == name);
        return index >= 0 ? index : throw new ArgumentException($"There is no segment '{name}'.", nameof(name));
    }

    private int IndexOf(FrozenSegment frozen)
    {
        var index = _older.FindIndex(segment => segment.Frozen == frozen);
        return index >= 0 ? index : throw new ArgumentException("The frozen segment is not of this index.", nameof(frozen));
    }

    private void CheckSegment(string name, Segment segment)
    {
        if (_older.Exists(other => other.Name == name)) throw new ArgumentException($"There is a segment '{name}' already.", nameof(name));
        foreach (var space in Spaces)
            if (segment.Spaces.FirstOrDefault(other => other.Name == space.Name) is { } other && !other.IsCompatible(space))
                throw new ArgumentException($"Segment '{name}' has {other} where the index has {space}.", nameof(segment));
    }
}
