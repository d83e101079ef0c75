namespace Manifold.Index;

/// <summary>
/// Keeps the best rows of all that are offered, up to its capacity, in an order that does not depend on the order of offering:
/// greater score first, then smaller item id, then smaller row number. Scores of 0 and −0 are equal; NaN never enters.
/// </summary>
/// <remarks>Not safe for concurrent use: one collector for each thread, merged by offering one's rows to the other.</remarks>
public sealed class TopK
{
    // A binary heap with the worst kept row at index 0: parent of i is (i − 1) / 2, and no child is worse than its parent.
    private ScoredRow[] _heap;
    private IRowOrder _order;
    private int _capacity;

    /// <summary>A collector for the best <paramref name="capacity"/> rows, which may be more than will ever be offered.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is below 1.</exception>
    public TopK(int capacity, IRowOrder order)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentNullException.ThrowIfNull(order);
        _heap = new ScoredRow[capacity];
        _capacity = capacity;
        _order = order;
    }

    /// <summary>How many rows are kept at most.</summary>
    public int Capacity => _capacity;

    /// <summary>How many rows are kept now.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// Negative infinity until full, then the worst kept score: a row below it cannot enter, a row equal to it must be offered because
    /// the id decides.
    /// </summary>
    public float Threshold { get; private set; } = float.NegativeInfinity;

    /// <summary>Offers a row. NaN is ignored.</summary>
    public void Offer(int row, float score)
    {
        ScoredRow candidate = new(row, score);
        if (Count < _capacity)
        {
            if (float.IsNaN(score))
                return;
            SiftUp(candidate);
            if (Count == _capacity)
                Threshold = _heap[0].Score;
        }
        else if (score >= Threshold && IsWorse(_heap[0], candidate))
        {
            SiftDown(candidate);
            Threshold = _heap[0].Score;
        }
    }

    /// <summary>Empties the collector for another search of the same capacity and order.</summary>
    public void Reset()
    {
        Count = 0;
        Threshold = float.NegativeInfinity;
    }

    /// <summary>Empties the collector for another search; allocates only if the capacity is greater than any before.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is below 1.</exception>
    public void Reset(int capacity, IRowOrder order)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentNullException.ThrowIfNull(order);
        if (capacity > _heap.Length)
            _heap = new ScoredRow[capacity];
        _capacity = capacity;
        _order = order;
        Reset();
    }

    /// <summary>The kept rows, best first. The collector stays as it is.</summary>
    public ScoredRow[] ToSortedArray()
    {
        ScoredRow[] sorted = _heap.AsSpan(0, Count).ToArray();
        Array.Sort(sorted, Compare);
        return sorted;
    }

    /// <summary>Moves the kept rows to <paramref name="destination"/>, best first, and empties the collector. Allocates nothing.</summary>
    /// <returns>How many rows were written.</returns>
    /// <exception cref="ArgumentException">The destination is shorter than <see cref="Count"/>; the collector is unchanged.</exception>
    public int Drain(Span<ScoredRow> destination)
    {
        int written = Count;
        if (destination.Length < written)
            throw new ArgumentException($"The destination holds {destination.Length} rows, {written} are kept.", nameof(destination));
        while (Count > 0)
        {
            destination[Count - 1] = _heap[0];
            Count--;
            if (Count > 0)
                SiftDown(_heap[Count]);
        }

        Reset();
        return written;
    }

    private void SiftUp(ScoredRow candidate)
    {
        int hole = Count++;
        while (hole > 0)
        {
            int parent = (hole - 1) / 2;
            if (!IsWorse(candidate, _heap[parent]))
                break;
            _heap[hole] = _heap[parent];
            hole = parent;
        }

        _heap[hole] = candidate;
    }

    /// <summary>Puts the candidate in the place of the worst row.</summary>
    private void SiftDown(ScoredRow candidate)
    {
        int hole = 0;
        while (true)
        {
            int child = (2 * hole) + 1;
            if (child >= Count)
                break;
            if (child + 1 < Count && IsWorse(_heap[child + 1], _heap[child]))
                child++;
            if (!IsWorse(_heap[child], candidate))
                break;
            _heap[hole] = _heap[child];
            hole = child;
        }

        _heap[hole] = candidate;
    }

    private bool IsWorse(ScoredRow a, ScoredRow b) => a.Score < b.Score || (a.Score == b.Score && CompareTied(a, b) > 0);

    // Sorting compares a row with itself now and then, which is no tie to settle by ids.
    private int Compare(ScoredRow a, ScoredRow b) => a.Score > b.Score ? -1 : a.Score < b.Score ? 1 : a.Row == b.Row ? 0 : CompareTied(a, b);

    private int CompareTied(ScoredRow a, ScoredRow b)
    {
        int byId = _order.CompareIds(a.Row, b.Row);
        return byId != 0 ? byId : a.Row.CompareTo(b.Row);
    }
}
