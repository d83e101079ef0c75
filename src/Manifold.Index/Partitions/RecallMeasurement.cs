using Manifold.Index.Kernels;

namespace Manifold.Index.Partitions;

/// <summary>
/// Measures what recall an index gives at what effort, with vectors of its own as queries that its centroids do not know: each is left out of its own hits and of the true ones. What is promised is the lower end of the interval, so
/// that a promise holds for queries like the data.
/// </summary>
internal static unsafe class RecallMeasurement
{
    // One-sided 95 % of a normal mean.
    private const double Deviations = 1.645;

    // The reach grows by this from step to step; in between recall is interpolated.
    private const float Growth = 1.15f;
    private const int MaxSteps = 40;

    // Allowed errors of sign estimates. On 340,479 word vectors of 100 dimensions 1.9 is best at recall 0.95 (1.6 needs more partitions, 2.2 a third more closer looks), but ends below 0.995 for ten
    // hits and below 0.98 for one; from where it no longer gains, 3 goes on.
    private const float SignSlack = 1.9f, GreatSignSlack = 3;

    // No more is promised than this, and no measuring is done beyond it.
    private const double Enough = 0.998, TooLittle = 0.6;

    // From this recall on a gain of less than the other is none; and nobody scans more of the vectors than this by an index.
    private const float NearEnd = 0.9f, NoGain = 0.002f, MostScanned = 0.9f;

    // Numbers of hits that recall is measured for, as far as the vectors are many times more, and with how many queries: the more hits, the less one query's recall differs from another's.
    private static readonly (int Limit, int Queries)[] Steps = [(1, int.MaxValue), (10, int.MaxValue), (100, 400), (1000, 150)];
    private const int RowsPerHit = 20;

    /// <summary>Measures an index.</summary>
    /// <param name="index">The index.</param>
    /// <param name="sample">The queries: some of its vectors, which its centroids were not learnt from.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static RecallTable Measure(PartitionIndex index, PointSet sample, CancellationToken cancellationToken)
    {
        var steps = Steps.Where(step => (long)step.Limit * RowsPerHit <= index.Rows).ToArray();
        int[][] truth = Truth(index, sample, [.. steps.Select(step => (step.Limit, Math.Min(step.Queries, sample.Count)))], cancellationToken);
        using var search = new PartitionSearch(index);
        var entries = new List<RecallEntry>();
        var mask = new ulong[(index.Segment.RowCount + 63) / 64];
        Array.Fill(mask, ulong.MaxValue);
        foreach (var (limit, queries) in steps)
        {
            var effort = new ProbeEffort(1 / MathF.Sqrt(index.Layout.Dimension), SignSlack);
            var last = -1f;
            for (var step = 0; step < MaxSteps; step++)
            {
                // A few queries tell whether a step is worth measuring.
                if (last < 0 && Measure(search, sample, truth, limit, effort, Math.Min(64, sample.Count), mask, cancellationToken).Recall < TooLittle)
                {
                    effort = effort with { Reach = effort.Reach * Growth };
                    continue;
                }

                var entry = Measure(search, sample, truth, limit, effort, Math.Min(queries, sample.Count), mask, cancellationToken);
                entries.Add(entry);
                if (entry.RecallLow >= Enough || entry.Scanned > index.Rows * MostScanned)
                    break;
                if (entry.Recall > NearEnd && entry.Recall - last < NoGain)
                {
                    // More partitions give no more: what is missing is lost to the bounds of the signs.
                    if (effort.SignSlack == GreatSignSlack)
                        break;
                    effort = effort with { SignSlack = GreatSignSlack };
                }
                else
                {
                    effort = effort with { Reach = effort.Reach * Growth };
                }

                last = entry.Recall;
            }
        }

        return new RecallTable(entries);
    }

    private static RecallEntry Measure(
        PartitionSearch search, PointSet sample, int[][] truth, int limit, in ProbeEffort effort, int queries, ulong[] mask, CancellationToken cancellationToken)
    {
        var results = new TopK(limit, RowNumberOrder.Instance);
        var found = new ScoredRow[limit];
        var rows = new HashSet<int>();
        var done = default(SearchEffort);
        double sum = 0, squares = 0;
        for (var i = 0; i < queries; i++)
        {
            // The query itself may not be found: what is left is as strange to it as to any query.
            var own = sample.Rows[i];
            mask[own / 64] &= ~(1UL << own);
            results.Reset();
            search.Search(new ReadOnlySpan<float>(sample.At(i), sample.Dimension), mask, float.NegativeInfinity, effort, 0, results, ref done, cancellationToken);
            mask[own / 64] |= 1UL << own;
            rows.Clear();
            foreach (var hit in found.AsSpan(0, results.Drain(found)))
                rows.Add(hit.Row);
            var wanted = truth[i].AsSpan(0, Math.Min(limit, truth[i].Length));
            var hits = 0;
            foreach (var row in wanted)
                hits += rows.Contains(row) ? 1 : 0;
            var recall = wanted.IsEmpty ? 1 : (double)hits / wanted.Length;
            sum += recall;
            squares += recall * recall;
        }

        var mean = sum / queries;
        var deviation = Math.Sqrt(Math.Max(0, (squares / queries) - (mean * mean)) / queries);
        return new RecallEntry(
            limit, effort, (float)mean, (float)(mean - (Deviations * deviation)), done.Partitions / (float)queries, done.Scanned / (float)queries, done.Refined / (float)queries);
    }

    /// <summary>The nearest rows of each sampled vector, itself left out: as many as the steps that it takes part in need.</summary>
    private static int[][] Truth(PartitionIndex index, PointSet sample, (int Limit, int Queries)[] steps, CancellationToken cancellationToken)
    {
        const int QueriesAtOnce = 64;
        using var scan = new SharedScan(index.Metric, index.Layout.Dimension, QueriesAtOnce);
        var results = new TopK[QueriesAtOnce];
        var truth = new int[sample.Count][];
        for (var first = 0; first < sample.Count; first += QueriesAtOnce)
        {
            var count = Math.Min(QueriesAtOnce, sample.Count - first);
            scan.Begin(count);
            for (var i = 0; i < count; i++)
            {
                var limit = steps.Where(step => first + i < step.Queries).Select(step => step.Limit).DefaultIfEmpty(1).Max();
                results[i] = new TopK(limit + 1, RowNumberOrder.Instance);
                scan.Add(i, new ReadOnlySpan<float>(sample.At(first + i), sample.Dimension), float.NegativeInfinity, results[i]);
            }

            for (var row = 0; row < index.Segment.RowCount; row += index.Segment.BlockRows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (index.Segment.TryGetBlock(index.Space, row, Math.Min(index.Segment.BlockRows, index.Segment.RowCount - row), out var block, out var presence))
                    scan.Scan(block, row, presence);
            }

            for (var i = 0; i < count; i++)
                truth[first + i] = [.. results[i].ToSortedArray().Select(hit => hit.Row).Where(row => row != sample.Rows[first + i]).Take(results[i].Capacity - 1)];
        }

        return truth;
    }

    private sealed class RowNumberOrder : IRowOrder
    {
        public static RowNumberOrder Instance { get; } = new();

        public int CompareIds(int rowA, int rowB) => rowA.CompareTo(rowB);
    }
}
