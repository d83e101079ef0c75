namespace Manifold.Index.Partitions;

/// <summary>A <see cref="PartitionIndex"/> in memory, as it was built. Owns its memory; the segment must stay open.</summary>
internal sealed unsafe class BuiltPartitions : IDisposable
{
    private readonly NativeBuffer _centroids;
    private readonly NativeBuffer _directory;
    private readonly NativeBuffer _spreads;
    private readonly NativeBuffer _starts;
    private readonly NativeBuffer _blocks;
    private readonly NativeBuffer _lowCodes;
    private readonly NativeBuffer _rowIds;

    private BuiltPartitions(int partitions, int rows, int blocks, CodeLayout layout)
    {
        _centroids = new NativeBuffer((partitions + 1L) * layout.Dimension * sizeof(float));
        _directory = new NativeBuffer((long)PartitionSettings.Blocks(partitions) * (layout with { Bits = 1 }).BlockBytes);
        _spreads = new NativeBuffer(2L * PartitionSettings.Padded(partitions) * sizeof(float));
        _starts = new NativeBuffer(2L * (partitions + 1) * sizeof(int));
        _blocks = new NativeBuffer((long)blocks * layout.BlockBytes);
        _lowCodes = new NativeBuffer((long)rows * layout.LowBytes);
        _rowIds = new NativeBuffer((long)rows * sizeof(int));
    }

    /// <summary>The index.</summary>
    public PartitionIndex Index { get; private set; } = null!;

    /// <summary>Builds the index of a space of a segment.</summary>
    /// <param name="segment">The segment, open while the index is in use.</param>
    /// <param name="space">The index of the space.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Null in a multi-vector space, where there are too few vectors, or some so long that estimates of their scores would overflow.</returns>
    public static BuiltPartitions? Build(SegmentReader segment, int space, PartitionOptions options, CancellationToken cancellationToken)
    {
        if (segment.Spaces[space].IsMultiVector)
            return null; // MaxSim is no score of one vector: what is nearest to one vector of a query need not be so in the sum.
        var points = PointSet.OfAll(segment, space);
        if (points.Count < options.MinRows || !points.All(vector => VectorMath.SquaredNorm(vector) < PlainSquares.Most))
            return null;
        var (_, dimension, metric) = segment.Spaces[space];
        var layout = new CodeLayout(dimension, options.Bits);
        var rotation = new Rotation(dimension, options.Seed);
        var count = options.PartitionsFor(points.Count);

        // What recall is measured with must be strange to the centroids, as queries are.
        var queries = points.Sample(Math.Min(options.RecallQueries, points.Count / 10), options.Seed + 1).Shuffled(options.Seed + 1);
        var sample = points.Except(queries).Sample(count * options.SamplesPerPartition, options.Seed);
        using var means = KMeans.Learn(sample, count, options.Iterations, options.Seed, cancellationToken);
        var nearest = new int[points.Count];
        means.Assign(points, nearest, new float[points.Count], cancellationToken);

        var sizes = new int[count];
        foreach (var partition in nearest)
            sizes[partition]++;
        var blocks = sizes.Sum(PartitionSettings.Blocks);
        var built = new BuiltPartitions(count, points.Count, blocks, layout);
        try
        {
            built.Fill(points, means, nearest, sizes, layout, rotation, options.Seed, metric, segment, space, cancellationToken);
            built.Index.Recall = RecallMeasurement.Measure(built.Index, queries, cancellationToken);
            return built;
        }
        catch
        {
            built.Dispose();
            throw;
        }
    }

    /// <summary>The index as sections of a file; this must live until they are written.</summary>
    public IReadOnlyList<IndexSection> ToSections()
    {
        var name = Index.Segment.Spaces[Index.Space].Name;
        return
        [
            IndexSection.Of<byte>(SectionKind.PartitionSettings, name, PartitionSettings.Encode(Index)),
            IndexSection.Of(SectionKind.PartitionCentroids, name, _centroids),
            IndexSection.Of(SectionKind.PartitionDirectory, name, _directory),
            IndexSection.Of(SectionKind.PartitionSpreads, name, _spreads),
            IndexSection.Of(SectionKind.PartitionStarts, name, _starts),
            IndexSection.Of(SectionKind.PartitionBlocks, name, _blocks),
            IndexSection.Of(SectionKind.PartitionLowCodes, name, _lowCodes),
            IndexSection.Of(SectionKind.PartitionRows, name, _rowIds),
        ];
    }

    public void Dispose()
    {
        _centroids.Dispose();
        _directory.Dispose();
        _spreads.Dispose();
        _starts.Dispose();
        _blocks.Dispose();
        _lowCodes.Dispose();
        _rowIds.Dispose();
    }

    /// <summary>Codes the centroids around their mean.</summary>
    /// <returns>The deviation of the estimates.</returns>
    private float FillDirectory(float* centroids, int count, CodeLayout layout, Rotation rotation)
    {
        var mean = centroids + ((long)count * layout.Dimension);
        var sums = new double[layout.Dimension];
        for (var i = 0L; i < (long)count * layout.Dimension; i++)
            sums[i % layout.Dimension] += centroids[i];
        for (var d = 0; d < layout.Dimension; d++)
            mean[d] = (float)(sums[d] / count);
        using var encoder = new CodeEncoder(layout, rotation, Metric.InnerProduct);
        encoder.BeginPartition(mean);
        double miss = 0;
        for (var p = 0; p < count; p++)
        {
            var block = (byte*)_directory.Pointer + ((long)(p / CodeLayout.BlockRows) * layout.BlockBytes);
            var (_, cosine, _) = encoder.Encode(centroids + ((long)p * layout.Dimension), mean, block, p % CodeLayout.BlockRows, null);
            var multiply = ((float*)(block + layout.SignBytes))[CodeLayout.BlockRows + (p % CodeLayout.BlockRows)];
            miss += (1 - (cosine * cosine)) * encoder.CodeSquaredLength * multiply * multiply;
        }

        return (float)Math.Sqrt(miss / count / Math.Max(1, layout.RotatedDimension - 1));
    }

    private void Fill(
        PointSet points, KMeans means, int[] nearest, int[] sizes, CodeLayout layout, Rotation rotation, int seed, Metric metric, SegmentReader segment, int space, CancellationToken cancellationToken)
    {
        var count = sizes.Length;
        var centroids = (float*)_centroids.Pointer;
        new ReadOnlySpan<float>(means.Centroids, count * layout.Dimension).CopyTo(new Span<float>(centroids, count * layout.Dimension));
        var squaredNorms = (float*)_spreads.Pointer;
        var spreads = squaredNorms + PartitionSettings.Padded(count);
        var rowStarts = (int*)_starts.Pointer;
        var blockStarts = rowStarts + count + 1;
        var rowIds = (int*)_rowIds.Pointer;
        for (var p = 0; p < count; p++)
        {
            squaredNorms[p] = VectorMath.SquaredNorm(new ReadOnlySpan<float>(centroids + ((long)p * layout.Dimension), layout.Dimension));
            rowStarts[p + 1] = rowStarts[p] + sizes[p];
            blockStarts[p + 1] = blockStarts[p] + PartitionSettings.Blocks(sizes[p]);
        }

        // Points in the order of partitions.
        var next = new Span<int>(rowStarts, count).ToArray();
        var order = new int[points.Count];
        for (var i = 0; i < nearest.Length; i++)
            order[next[nearest[i]]++] = i;

        using var encoder = new CodeEncoder(layout, rotation, metric);
        double signMiss = 0, codeMiss = 0;
        for (var p = 0; p < count; p++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var centroid = centroids + ((long)p * layout.Dimension);
            encoder.BeginPartition(centroid);
            double squared = 0;
            for (var i = 0; i < sizes[p]; i++)
            {
                var place = rowStarts[p] + i;
                var block = (byte*)_blocks.Pointer + ((blockStarts[p] + (i / CodeLayout.BlockRows)) * (long)layout.BlockBytes);
                var low = layout.LowBits > 0 ? (byte*)_lowCodes.Pointer + ((long)place * layout.LowBytes) : null;
                var (length, signCosine, cosine) = encoder.Encode(points.At(order[place]), centroid, block, i % CodeLayout.BlockRows, low);
                squared += length * length;
                signMiss += (1 - (signCosine * signCosine)) * 0.25 * layout.RotatedDimension;
                codeMiss += (1 - (cosine * cosine)) * encoder.CodeSquaredLength;
                rowIds[place] = points.Rows[order[place]];
            }

            spreads[p] = sizes[p] > 0 ? (float)Math.Sqrt(squared / sizes[p]) : 0;
        }

        var n = Math.Max(1, layout.RotatedDimension - 1);
        Index = new PartitionIndex
        {
            Segment = segment,
            Space = space,
            Metric = metric,
            Layout = layout,
            Rotation = rotation,
            Seed = seed,
            Partitions = count,
            Rows = points.Count,
            SignDeviation = (float)Math.Sqrt(signMiss / points.Count / n),
            CodeDeviation = (float)Math.Sqrt(codeMiss / points.Count / n),
            Centroids = centroids,
            Directory = (byte*)_directory.Pointer,
            Mean = centroids + ((long)count * layout.Dimension),
            MeanSquaredNorm = new ReadOnlySpan<float>(squaredNorms, count).ToArray().Average(),
            DirectoryDeviation = FillDirectory(centroids, count, layout with { Bits = 1 }, rotation),
            SquaredNorms = squaredNorms,
            Spreads = spreads,
            RowStarts = rowStarts,
            BlockStarts = blockStarts,
            Blocks = (byte*)_blocks.Pointer,
            LowCodes = (byte*)_lowCodes.Pointer,
            RowIds = rowIds,
        };
    }
}
