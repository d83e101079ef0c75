namespace Manifold.Index;

/// <summary>
/// An immutable snapshot of an index. Any number of threads may use it at once. Ids are ordered by their UTF-8 bytes everywhere.
/// </summary>
/// <remarks>
/// The view holds the memory of its segments while it is the writer's current one or somebody has a <see cref="ViewLease"/> on it; the
/// members protect themselves for the time of a call, and throw <see cref="ObjectDisposedException"/> once the view is retired.
/// </remarks>
public sealed partial class SearchView
{
    private readonly ViewSegment[] _segments;
    private int _users = 1;

    /// <summary>Takes over one reference on each segment.</summary>
    internal SearchView(IReadOnlyList<SpaceSchema> spaces, ViewSegment[] segments)
    {
        Spaces = spaces;
        _segments = segments;
        LiveRows = segments.Sum(segment => (long)segment.LiveRows);
    }

    /// <summary>The spaces of the index.</summary>
    public IReadOnlyList<SpaceSchema> Spaces { get; }

    /// <summary>How many items there are.</summary>
    public long LiveRows { get; }

    /// <summary>Keeps the view's memory until the lease is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The view is retired and its last user has left: take the writer's current one.</exception>
    public ViewLease Acquire()
    {
        Enter();
        return new ViewLease(this);
    }

    /// <summary>The item of an id, or null.</summary>
    public Item? Get(string id, bool withVectors) => Utf8Text.CountBytes(id) < 0 ? null : Get(Utf8Text.Encode(id), withVectors);

    /// <summary>The item of an id, or null.</summary>
    /// <exception cref="CorruptSegmentException">A segment is damaged where it was read.</exception>
    public Item? Get(ReadOnlySpan<byte> idUtf8, bool withVectors)
    {
        Enter();
        try
        {
            var hash = SegmentReader.HashId(idUtf8);
            foreach (var segment in _segments)
                if (segment.TryFind(idUtf8, hash, out var row)) return segment.Reader.ReadItem(row, withVectors);
            return null;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>How many items match; all items without a filter.</summary>
    /// <exception cref="ArgumentException">The filter is not valid.</exception>
    public long Count(Filter? filter, CancellationToken cancellationToken)
    {
        if (filter is null) return LiveRows;
        var compiled = CompiledFilter.Compile(filter);
        Enter();
        try
        {
            var count = 0L;
            foreach (var segment in _segments)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var plan = segment.Plan(compiled);
                if (segment.Estimate(plan) is { IsExact: true, AtMost: var known })
                {
                    count += known;
                    continue;
                }

                using var selected = segment.Select(plan, cancellationToken);
                count += selected.Count;
            }

            return count;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>How many items have a vector in a space; none in one that the index does not have.</summary>
    public long CountWith(string space, CancellationToken cancellationToken)
    {
        Enter();
        try
        {
            var count = 0L;
            foreach (var segment in _segments)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (segment.Reader.IndexOfSpace(space) is >= 0 and var column) count += segment.CountWith(column);
            }

            return count;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Becomes a user of the view.</summary>
    internal void Enter() => ObjectDisposedException.ThrowIf(!TryEnter(), this);

    /// <summary>Becomes a user of the view, unless it is retired and its last user has left.</summary>
    internal bool TryEnter()
    {
        var users = Volatile.Read(ref _users);
        while (users > 0)
        {
            var seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users) return true;
            users = seen;
        }

        return false;
    }

    /// <summary>Ceases to be a user; the last one gives the segments' references back. The writer leaves when it retires the view.</summary>
    internal void Leave()
    {
        if (Interlocked.Decrement(ref _users) != 0) return;
        foreach (var segment in _segments) segment.Reader.Release();
    }
}
