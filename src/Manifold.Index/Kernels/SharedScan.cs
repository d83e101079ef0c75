using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Manifold.Index.Kernels;

/// <summary>
/// Exact search for many queries in one pass over the rows: a row is loaded once for all of them. Scores are those of <see cref="FlatScan"/> to the last bit. Reused from pass to pass; not safe
/// for concurrent use.
/// </summary>
/// <remarks>
/// <see cref="TileKernel"/> gives ⟨q, x⟩ of 6 rows and up to 64 queries, in another order of additions than the kernel of single queries. So whoever comes within the error of rounding of a query's threshold
/// is scored again by that kernel. The error of a sum of d products is at most about d · 2⁻²⁴ · ‖q‖ · ‖x‖ (Higham, 2002, section 3.1), here taken twice for the two sums.
/// </remarks>
internal sealed unsafe class SharedScan : IDisposable
{
    private readonly QueryPanels _panels;
    private readonly NativeBuffer _buffer;
    private readonly Metric _metric;
    private readonly int _dimension;
    private readonly float* _queries;
    private readonly float* _thresholds;
    private readonly float* _slacks;
    private readonly float* _squaredNorms;
    private readonly TopK[] _results;
    private readonly float[] _minimumScores;
    private int _count;

    /// <param name="metric">Of all queries.</param>
    /// <param name="dimension">Elements of a vector.</param>
    /// <param name="capacity">The most queries of a pass.</param>
    public SharedScan(Metric metric, int dimension, int capacity)
    {
        (_metric, _dimension) = (metric, dimension);
        _panels = new QueryPanels(capacity, dimension);
        var queries = (long)_panels.Capacity * dimension;
        _buffer = new NativeBuffer((queries + (3L * _panels.Capacity)) * sizeof(float));
        _thresholds = (float*)_buffer.Pointer;
        _slacks = _thresholds + _panels.Capacity;
        _squaredNorms = _slacks + _panels.Capacity;
        _queries = _squaredNorms + _panels.Capacity;
        _results = new TopK[_panels.Capacity];
        _minimumScores = new float[_panels.Capacity];
    }

    /// <summary>The most queries of a pass.</summary>
    public int Capacity => _panels.Capacity;

    /// <summary>Begins a pass for this many queries; each is then given by <see cref="Add"/>.</summary>
    public void Begin(int count)
    {
        _count = count;
        _panels.Begin(count);
        new Span<float>(_thresholds, _panels.Capacity).Fill(float.PositiveInfinity);
    }

    /// <summary>Gives a query of the pass.</summary>
    /// <param name="index">Its place, from 0.</param>
    /// <param name="query">[dimension]; of unit length under cosine.</param>
    /// <param name="minimumScore">Inclusive lower bound of the scores wanted; negative infinity for none.</param>
    /// <param name="results">Collects its best rows.</param>
    public void Add(int index, ReadOnlySpan<float> query, float minimumScore, TopK results)
    {
        var target = Query(index);
        query.CopyTo(new Span<float>(target, _dimension));
        _panels.Put(index, target);
        _squaredNorms[index] = VectorMath.SquaredNorm(query);
        _slacks[index] = _dimension * MathF.Pow(2, -22) * MathF.Sqrt(_squaredNorms[index]) * (_metric == Metric.L2 ? 2 : 1);
        (_results[index], _minimumScores[index]) = (results, minimumScore);
        _thresholds[index] = MathF.Max(minimumScore, results.Threshold);
    }

    /// <summary>Offers every allowed row of the block to every query of the pass.</summary>
    /// <param name="block">The rows.</param>
    /// <param name="firstRow">Row i is offered as <paramref name="firstRow"/> + i.</param>
    /// <param name="allowed">A bit for each row that may be found; empty for all.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Scan(in VectorBlock block, int firstRow, ReadOnlySpan<ulong> allowed)
    {
        var tile = stackalloc float[TileKernel.TileFloats];
        var norms = stackalloc float[TileKernel.Rows];
        for (var row = 0; row < block.Count; row += TileKernel.Rows)
        {
            // The last tile begins earlier where rows are left over; what it repeats is masked out.
            int first = Math.Max(0, Math.Min(row, block.Count - TileKernel.Rows)), rows = Math.Min(TileKernel.Rows, block.Count - first);
            uint wanted = 0;
            for (var i = 0; i < rows; i++)
            {
                var isWanted = first + i >= row && (allowed.IsEmpty || (allowed[(first + i) / 64] >> (first + i) & 1) != 0);
                wanted |= isWanted ? 1u << i : 0;
                norms[i] = isWanted ? VectorMath.SquaredNorm(block.Row(first + i)) : 0;
            }

            if (wanted == 0)
                continue;
            var rowStart = block.Rows + ((long)first * _dimension);
            for (var panel = 0; panel < _panels.Panels;)
            {
                var panels = TileKernel.PanelsAtOnce(_panels.Panels - panel);

                // Fewer rows than a tile has: the first one is repeated.
                if (rows == TileKernel.Rows)
                    TileKernel.Dot(_panels, panel, panels, rowStart, _dimension, tile);
                for (var rest = wanted; rest != 0; rest &= rest - 1)
                {
                    var i = BitOperations.TrailingZeroCount(rest);
                    if (rows < TileKernel.Rows)
                        TileKernel.Dot(_panels, panel, panels, rowStart + ((long)i * _dimension), 0, tile);
                    var dots = tile + (rows < TileKernel.Rows ? 0 : i * panels * QueryPanels.Width);
                    OfferRow(dots, panel * QueryPanels.Width, panels, rowStart + ((long)i * _dimension), norms[i], firstRow + first + i);
                }

                panel += panels;
            }
        }
    }

    public void Dispose()
    {
        _panels.Dispose();
        _buffer.Dispose();
    }

    private float* Query(int index) => _queries + ((long)index * _dimension);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void OfferRow(float* dots, int firstQuery, int panels, float* row, float squaredNorm, int rowNumber)
    {
        var isL2 = _metric == Metric.L2;
        var norm = Vector512.Create(MathF.Sqrt(squaredNorm));
        for (var lane = 0; lane < panels * QueryPanels.Width; lane += QueryPanels.Width)
        {
            var query = firstQuery + lane;
            var score = Vector512.Load(dots + lane);
            if (isL2)
                score = score + score - Vector512.Load(_squaredNorms + query) - Vector512.Create(squaredNorm);
            var bound = Vector512.MultiplyAddEstimate(Vector512.Load(_slacks + query), norm, score);

            // Not "at least the threshold": where numbers overflow the bound is NaN, and the single kernel decides.
            var found = ~(uint)Vector512.LessThan(bound, Vector512.Load(_thresholds + query)).ExtractMostSignificantBits() & 0xFFFF;
            for (; found != 0; found &= found - 1)
                Offer(query + BitOperations.TrailingZeroCount(found), row, rowNumber);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Offer(int query, float* row, int rowNumber)
    {
        if (query >= _count)
            return;
        var visitor = new RowScore(Query(query), row, _dimension);
        var score = _metric == Metric.L2
            ? KernelLadder.Run<SquaredDistanceTerm, RowScore, float>(_dimension, visitor)
            : KernelLadder.Run<DotTerm, RowScore, float>(_dimension, visitor);
        var results = _results[query];
        if (score >= _minimumScores[query])
            results.Offer(rowNumber, score);
        _thresholds[query] = MathF.Max(_minimumScores[query], results.Threshold);
    }
}
