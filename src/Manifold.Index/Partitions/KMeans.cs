using System.Runtime.Intrinsics;
using Manifold.Index.Kernels;

namespace Manifold.Index.Partitions;

/// <summary>
/// Lloyd's k-means with squared Euclidean distance (Lloyd, 1982), distances by <see cref="TileKernel"/>: nearest is the greatest c · x − ‖c‖² / 2. Deterministic for a seed.
/// </summary>
internal sealed unsafe class KMeans : IDisposable
{
    // Points that are compared with all centroids together: what the tile kernel takes at once.
    private const int PointsAtOnce = TileKernel.MaxPanels * QueryPanels.Width;

    private readonly NativeBuffer _centroids;
    private readonly float[] _halfNorms;
    private readonly QueryPanels _panels;

    private KMeans(int count, int dimension)
    {
        (Count, Dimension) = (count, dimension);

        // Whole tiles: centroids of zeros beyond the last one are never looked at.
        _centroids = new NativeBuffer((long)(count + TileKernel.Rows) * dimension * sizeof(float));
        _halfNorms = new float[count];
        _panels = new QueryPanels(PointsAtOnce, dimension);
    }

    /// <summary>Number of centroids.</summary>
    public int Count { get; }

    /// <summary>Elements of a centroid.</summary>
    public int Dimension { get; }

    /// <summary>[count × dimension], valid until this is disposed.</summary>
    public float* Centroids => (float*)_centroids.Pointer;

    /// <summary>Learns centroids.</summary>
    /// <param name="points">At least <paramref name="count"/> points, [dimension] each.</param>
    /// <param name="count">Number of centroids.</param>
    /// <param name="iterations">Rounds of assigning and averaging.</param>
    /// <param name="seed">Of the points that centroids begin as.</param>
    /// <param name="cancellationToken">Looked at between blocks of points.</param>
    public static KMeans Learn(PointSet points, int count, int iterations, int seed, CancellationToken cancellationToken)
    {
        var means = new KMeans(count, points.Dimension);
        try
        {
            var random = new Random(seed);
            var starts = Enumerable.Range(0, points.Count).ToArray();
            random.Shuffle(starts);
            for (var i = 0; i < count; i++)
                points.Copy(starts[i], means.Centroid(i));
            means.MeasureNorms();
            var nearest = new int[points.Count];
            var scores = new float[points.Count];
            for (var round = 0; round < iterations; round++)
            {
                means.Assign(points, nearest, scores, cancellationToken);
                means.Average(points, nearest, random);
            }

            return means;
        }
        catch
        {
            means.Dispose();
            throw;
        }
    }

    /// <summary>The centroid that is nearest to each point.</summary>
    /// <param name="points">The points.</param>
    /// <param name="nearest">[points], written.</param>
    /// <param name="scores">[points], written: c · x − ‖c‖² / 2.</param>
    /// <param name="cancellationToken">Looked at between blocks of points.</param>
    public void Assign(PointSet points, Span<int> nearest, Span<float> scores, CancellationToken cancellationToken)
    {
        var tile = stackalloc float[TileKernel.TileFloats];
        for (var first = 0; first < points.Count; first += PointsAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Math.Min(PointsAtOnce, points.Count - first);
            _panels.Begin(count);
            for (var i = 0; i < count; i++)
                _panels.Put(i, points.At(first + i));
            for (var panel = 0; panel < _panels.Panels;)
            {
                var panels = TileKernel.PanelsAtOnce(_panels.Panels - panel);
                AssignPanels(panel, panels, tile, nearest[first..], scores[first..], count);
                panel += panels;
            }
        }
    }

    public void Dispose()
    {
        _centroids.Dispose();
        _panels.Dispose();
    }

    private Span<float> Centroid(int index) => new(Centroids + ((long)index * Dimension), Dimension);

    private void AssignPanels(int panel, int panels, float* tile, Span<int> nearest, Span<float> scores, int count)
    {
        var lanes = panels * QueryPanels.Width;
        var best = stackalloc float[PointsAtOnce];
        var bestIndex = stackalloc int[PointsAtOnce];
        new Span<float>(best, lanes).Fill(float.NegativeInfinity);
        new Span<int>(bestIndex, lanes).Clear();
        for (var centroid = 0; centroid < Count; centroid += TileKernel.Rows)
        {
            TileKernel.Dot(_panels, panel, panels, Centroids + ((long)centroid * Dimension), Dimension, tile);
            var rows = Math.Min(TileKernel.Rows, Count - centroid);
            for (var lane = 0; lane < lanes; lane += QueryPanels.Width)
            {
                var most = Vector512.Load(best + lane);
                var index = Vector512.Load(bestIndex + lane);
                for (var row = 0; row < rows; row++)
                {
                    var score = Vector512.Load(tile + (row * lanes) + lane) - Vector512.Create(_halfNorms[centroid + row]);
                    var greater = Vector512.GreaterThan(score, most);
                    most = Vector512.ConditionalSelect(greater, score, most);
                    index = Vector512.ConditionalSelect(greater.AsInt32(), Vector512.Create(centroid + row), index);
                }

                most.Store(best + lane);
                index.Store(bestIndex + lane);
            }
        }

        var first = panel * QueryPanels.Width;
        for (var lane = 0; lane < lanes && first + lane < count; lane++)
            (nearest[first + lane], scores[first + lane]) = (bestIndex[lane], best[lane]);
    }

    /// <summary>Moves each centroid to the mean of its points; one without points goes beside the centroid that has most.</summary>
    private void Average(PointSet points, int[] nearest, Random random)
    {
        var sums = new double[Count * (long)Dimension];
        var counts = new int[Count];
        for (var i = 0; i < points.Count; i++)
        {
            counts[nearest[i]]++;
            var sum = sums.AsSpan(nearest[i] * Dimension, Dimension);
            var point = points.At(i);
            for (var d = 0; d < sum.Length; d++)
                sum[d] += point[d];
        }

        for (var i = 0; i < Count; i++)
        {
            if (counts[i] == 0)
                continue;
            var centroid = Centroid(i);
            for (var d = 0; d < centroid.Length; d++)
                centroid[d] = (float)(sums[((long)i * Dimension) + d] / counts[i]);
        }

        for (var i = 0; i < Count; i++)
        {
            if (counts[i] > 0)
                continue;
            var crowded = Array.IndexOf(counts, counts.Max());
            Centroid(crowded).CopyTo(Centroid(i));
            foreach (ref var element in Centroid(i))
                element *= 1 + (float)((random.NextDouble() - 0.5) / 512);
            counts[i] = counts[crowded] / 2;
            counts[crowded] -= counts[i];
        }

        MeasureNorms();
    }

    private void MeasureNorms()
    {
        for (var i = 0; i < Count; i++)
            _halfNorms[i] = VectorMath.SquaredNorm(Centroid(i)) / 2;
    }
}
