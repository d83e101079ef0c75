using Manifold.Index.Kernels;

namespace Manifold.Index;

/// <summary>Exact search: scores every allowed row of a block. Static and without state, so safe from any number of threads.</summary>
public static unsafe class FlatScan
{
    /// <summary>
    /// Offers every allowed row of <paramref name="block"/> whose score can enter <paramref name="results"/>. Allocates nothing. The score of a
    /// row depends only on query, row and machine, never on its place in the block or on the mask.
    /// </summary>
    /// <param name="metric">The metric; <see cref="Metric.Cosine"/> expects rows and query of unit length.</param>
    /// <param name="query">[dimension]. Elements that are not finite make scores NaN, and such rows are not offered.</param>
    /// <param name="block">The rows, which stay alive and unchanged during the call.</param>
    /// <param name="firstRow">The row number of the block's first row: row i is offered as <paramref name="firstRow"/> + i.</param>
    /// <param name="allowed">A bitmap over the block's rows, bit i mod 64 of word i / 64 set if row i may be found; empty allows all. Bits beyond the last row are ignored.</param>
    /// <param name="minimumScore">Inclusive lower bound of the scores wanted; negative infinity for none.</param>
    /// <param name="results">Collects the best rows; may hold rows of earlier blocks.</param>
    /// <exception cref="ArgumentException">The query's length is not the block's dimension, the bitmap is too short, or the bound is NaN.</exception>
    public static void Scan(
        Metric metric,
        ReadOnlySpan<float> query,
        in VectorBlock block,
        int firstRow,
        ReadOnlySpan<ulong> allowed,
        float minimumScore,
        TopK results)
    {
        ArgumentNullException.ThrowIfNull(results);
        if (query.Length != block.Dimension || query.IsEmpty)
            throw new ArgumentException($"The query has {query.Length} elements, the rows have {block.Dimension}.", nameof(query));
        if (!allowed.IsEmpty && (long)allowed.Length * 64 < block.Count)
            throw new ArgumentException($"The bitmap covers {(long)allowed.Length * 64} rows of {block.Count}.", nameof(allowed));
        if (float.IsNaN(minimumScore))
            throw new ArgumentException("The minimum score is NaN.", nameof(minimumScore));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstRow, int.MaxValue - block.Count);

        fixed (float* queryStart = query)
        fixed (ulong* mask = allowed)
        {
            BlockScan scan = new(queryStart, block, firstRow, mask, minimumScore, results);
            _ = metric switch
            {
                Metric.Cosine or Metric.InnerProduct => KernelLadder.Run<DotTerm, BlockScan, bool>(block.Dimension, scan),
                Metric.L2 => KernelLadder.Run<SquaredDistanceTerm, BlockScan, bool>(block.Dimension, scan),
                _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "Unknown metric."),
            };
        }
    }
}
