namespace Manifold.Index;

public sealed partial class SearchView
{
    /// <summary>Rows looked at between two looks at the cancellation.</summary>
    private const int CancellationRows = 4096;

    /// <summary>
    /// A page of items in ascending order of id. The same view gives the same pages; on a later view the walk goes on after the same id.
    /// </summary>
    /// <param name="afterId">Begin after this id (which need not exist); null for the beginning.</param>
    /// <param name="limit">Most items of the page, at least 1.</param>
    /// <param name="filter">Only items that match; null for all.</param>
    /// <param name="withVectors">Whether the items carry their vectors.</param>
    /// <param name="cancellationToken">Looked at between rows.</param>
    /// <param name="lacking">Only items without a vector in this space, which the index need not have; null for all.</param>
    /// <exception cref="ArgumentException">The limit, the filter or the id is not valid.</exception>
    public ScrollPage Scroll(string? afterId, int limit, Filter? filter, bool withVectors, CancellationToken cancellationToken, string? lacking = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var after = afterId is null ? null : Utf8Text.Encode(afterId);
        var compiled = filter is null ? null : CompiledFilter.Compile(filter);
        var opened = new List<ScrollCursor>();
        Enter();
        try
        {
            var items = new List<Item>();
            var more = false;
            var cursors = new List<ScrollCursor>();
            foreach (var segment in _segments)
            {
                // One more than the page, so that the last page is known to be the last.
                var cursor = ScrollCursor.Start(new RowChoice(segment, compiled, lacking), after, limit == int.MaxValue ? limit : limit + 1, cancellationToken);
                opened.Add(cursor);
                if (cursor.MoveNext(cancellationToken)) cursors.Add(cursor);
            }

            while (cursors.Count > 0)
            {
                if (items.Count == limit)
                {
                    more = true;
                    break;
                }

                var least = cursors[0];
                for (var i = 1; i < cursors.Count; i++)
                    if (cursors[i].Id.SequenceCompareTo(least.Id) < 0) least = cursors[i];
                items.Add(least.ReadItem(withVectors));
                if (!least.MoveNext(cancellationToken)) cursors.Remove(least);
            }

            return new ScrollPage(items, more ? items[^1].Id : null);
        }
        finally
        {
            foreach (var cursor in opened) cursor.Dispose();
            Leave();
        }
    }

    /// <summary>Which live rows of a segment are wanted.</summary>
    private sealed class RowChoice(ViewSegment segment, CompiledFilter? filter, string? lacking)
    {
        // -1 where no row of the segment has the space.
        private readonly int _lacking = lacking is null ? -1 : segment.Reader.IndexOfSpace(lacking);

        public ViewSegment Segment => segment;

        public CompiledFilter? Filter => filter;

        public bool Accepts(int row) => segment.Accepts(row, filter) && Lacks(row);

        /// <summary>Whether it is without a vector in the space that is to be lacking.</summary>
        public bool Lacks(int row) => _lacking < 0 || !segment.Reader.TryGetVector(row, _lacking, out _);
    }

    /// <summary>The accepted rows of one segment after an id, in order of id.</summary>
    private sealed class ScrollCursor : IDisposable
    {
        private readonly ViewSegment _segment;
        private readonly RowChoice _choice;
        private readonly RowMask? _selected;
        private readonly int[]? _chosen;
        private int _next;
        private int _row;

        private ScrollCursor(RowChoice choice, RowMask? selected, int[]? chosen, int next)
        {
            _segment = choice.Segment;
            _choice = choice;
            _selected = selected;
            _chosen = chosen;
            _next = next;
        }

        public ReadOnlySpan<byte> Id => _segment.Reader.GetId(_row);

        public static ScrollCursor Start(RowChoice choice, byte[]? after, int limit, CancellationToken cancellationToken)
        {
            var (segment, filter) = (choice.Segment, choice.Filter);
            if (!segment.Reader.IsSortedById) return new(choice, null, Choose(choice, after, limit, cancellationToken), 0);

            // Without columns row by row, which ends with the page.
            var selected = filter is null || segment.Reader.Columns is null ? null : segment.Select(segment.Plan(filter), cancellationToken);
            return new(choice, selected, null, after is null ? 0 : FirstAfter(segment, after));
        }

        public void Dispose() => _selected?.Dispose();

        public Item ReadItem(bool withVectors) => _segment.Reader.ReadItem(_row, withVectors);

        public bool MoveNext(CancellationToken cancellationToken)
        {
            if (_chosen is not null)
            {
                if (_next == _chosen.Length) return false;
                _row = _chosen[_next++];
                return true;
            }

            while (_next < _segment.RowCount)
            {
                if (_next % CancellationRows == 0) cancellationToken.ThrowIfCancellationRequested();
                _row = _next++;
                if (_selected is null ? _choice.Accepts(_row) : RowWords.Contains(_selected.Words, _row) && _choice.Lacks(_row)) return true;
            }

            return false;
        }

        /// <summary>The first row of a sorted segment whose id is greater.</summary>
        private static int FirstAfter(ViewSegment segment, ReadOnlySpan<byte> after)
        {
            int low = 0, high = segment.RowCount;
            while (low < high)
            {
                var middle = (low + high) >>> 1;
                if (segment.Reader.GetId(middle).SequenceCompareTo(after) <= 0) low = middle + 1;
                else high = middle;
            }

            return low;
        }

        /// <summary>The rows with the least ids of an unsorted segment: one pass with a bounded heap, the greatest kept id on top.</summary>
        private static int[] Choose(RowChoice choice, byte[]? after, int limit, CancellationToken cancellationToken)
        {
            var segment = choice.Segment;
            var descending = Comparer<int>.Create((a, b) => segment.Reader.GetId(b).SequenceCompareTo(segment.Reader.GetId(a)));
            var kept = new PriorityQueue<int, int>(descending);
            for (var row = 0; row < segment.RowCount; row++)
            {
                if (row % CancellationRows == 0) cancellationToken.ThrowIfCancellationRequested();
                if (after is not null && segment.Reader.GetId(row).SequenceCompareTo(after) <= 0) continue;
                if (!choice.Accepts(row)) continue;
                if (kept.Count < limit) kept.Enqueue(row, row);
                else kept.EnqueueDequeue(row, row);
            }

            var rows = new int[kept.Count];
            for (var i = rows.Length - 1; i >= 0; i--) rows[i] = kept.Dequeue();
            return rows;
        }
    }
}
