using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Manifold.Index.Kernels;

/// <summary>
/// Scores items of several vectors against a query of several: Σ over the query's vectors q of max over the item's vectors x of score(q, x) (Khattab and Zaharia, ColBERT, SIGIR 2020).
/// Not safe for concurrent use.
/// </summary>
/// <remarks>
/// A query of few vectors, or any under L2 (where the tile's |q|² + |x|² − 2⟨q, x⟩ would lose digits), takes them one by one with the kernel of a scan; else
/// <see cref="TileKernel"/> takes 16 of them at once. Which of the two depends on the query alone, so that equal vectors get equal scores wherever they are stored.
/// </remarks>
internal sealed unsafe class MaxSim : IDisposable
{
    // A tile of 16 vectors costs as much as 6 to 8 one by one, whatever of it is used (24 vectors of an item, 64 to 512 elements, AVX-512; docs/performance.md).
    internal const int LeastTogether = 8;

    private readonly Metric _metric;
    private readonly int _dimension;
    private readonly int _count;
    private readonly NativeBuffer _buffer;
    private readonly QueryPanels? _panels;
    private readonly float* _query;
    private readonly float* _padded;
    private readonly float* _best;

    /// <param name="metric">The metric.</param>
    /// <param name="dimension">Elements of a vector.</param>
    /// <param name="query">[vectors × dimension]; of unit length under cosine. Copied.</param>
    public MaxSim(Metric metric, int dimension, ReadOnlySpan<float> query)
    {
        (_metric, _dimension, _count) = (metric, dimension, query.Length / dimension);
        if (metric != Metric.L2 && _count >= LeastTogether) _panels = new QueryPanels(_count, dimension);
        _buffer = new NativeBuffer((query.Length + (TileKernel.Rows * (long)dimension) + (_panels?.Capacity ?? 0)) * sizeof(float));
        _best = (float*)_buffer.Pointer;
        _query = _best + (_panels?.Capacity ?? 0);
        _padded = _query + query.Length;
        query.CopyTo(new Span<float>(_query, query.Length));
        _panels?.Pack(_query, _count);
    }

    /// <summary>The score of an item.</summary>
    /// <param name="vectors">Its vectors, at least one.</param>
    public float Score(in VectorBlock vectors)
    {
        if (_panels is not null) return ScoreTogether(_panels, vectors);
        var sum = 0d;
        for (var i = 0; i < _count; i++) sum += Best(i, vectors).Score;
        return (float)sum;
    }

    /// <summary>Which of an item's vectors is the nearest to each of the query's, and how near.</summary>
    /// <param name="vectors">The item's vectors, at least one.</param>
    /// <param name="places">One for each, or none.</param>
    public VectorMatch[] Match(in VectorBlock vectors, ReadOnlySpan<Place> places)
    {
        var matches = new VectorMatch[_count];
        for (var i = 0; i < matches.Length; i++)
        {
            var (vector, score) = Best(i, vectors);
            matches[i] = new VectorMatch(i, vector, score, places.IsEmpty ? null : places[vector]);
        }

        return matches;
    }

    public void Dispose()
    {
        _panels?.Dispose();
        _buffer.Dispose();
    }

    private (int Vector, float Score) Best(int query, in VectorBlock vectors)
    {
        var visitor = new NearestVector(_query + ((long)query * _dimension), vectors);
        return _metric == Metric.L2
            ? KernelLadder.Run<SquaredDistanceTerm, NearestVector, (int, float)>(_dimension, visitor)
            : KernelLadder.Run<DotTerm, NearestVector, (int, float)>(_dimension, visitor);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float ScoreTogether(QueryPanels panels, in VectorBlock vectors)
    {
        var rows = vectors.Rows;
        var count = vectors.Count;
        if (count < TileKernel.Rows)
        {
            // Fewer than a tile has: the first one is repeated, which changes no maximum.
            for (var i = 0; i < TileKernel.Rows; i++)
                new ReadOnlySpan<float>(rows + ((long)(i < count ? i : 0) * _dimension), _dimension).CopyTo(new Span<float>(_padded + ((long)i * _dimension), _dimension));
            rows = _padded;
            count = TileKernel.Rows;
        }

        new Span<float>(_best, panels.Capacity).Fill(float.NegativeInfinity);
        var tile = stackalloc float[TileKernel.TileFloats];
        for (var row = 0; row < count; row += TileKernel.Rows)
        {
            // The last tile begins earlier where vectors are left over; a maximum may see one twice.
            var first = rows + ((long)Math.Min(row, count - TileKernel.Rows) * _dimension);
            for (var panel = 0; panel < panels.Panels;)
            {
                var together = TileKernel.PanelsAtOnce(panels.Panels - panel);
                TileKernel.Dot(panels, panel, together, first, _dimension, tile);
                for (var lane = 0; lane < together * QueryPanels.Width; lane += QueryPanels.Width)
                {
                    var best = Vector512.Load(_best + (panel * QueryPanels.Width) + lane);
                    for (var i = 0; i < TileKernel.Rows; i++)
                        best = Vector512.Max(best, Vector512.Load(tile + (i * together * QueryPanels.Width) + lane));
                    best.Store(_best + (panel * QueryPanels.Width) + lane);
                }

                panel += together;
            }
        }

        var sum = 0d;
        for (var i = 0; i < _count; i++) sum += _best[i];
        return (float)sum;
    }
}
