namespace Manifold.Index.Tests.Partitions;

/// <summary>Clustered vectors that are large enough for an index and quick to make, as a sealed segment with an attribute and its index.</summary>
internal sealed class PartitionSamples : IDisposable
{
    public const int Rows = 12_000, Dimension = 24;
    private readonly TemporaryFolder _folder = new();
    private readonly float[][] _centres;
    private readonly Random _random;
    private readonly string[] _paths;
    private readonly SpaceSchema _space;

    public PartitionSamples(Metric metric, Random random, int rows = Rows, int segments = 1, VectorPrecision precision = VectorPrecision.Float32)
    {
        _space = new SpaceSchema("v", Dimension, metric) { Precision = precision };
        Metric = metric;
        _random = random;
        _centres = [.. Enumerable.Range(0, 60).Select(_ => Normal(1))];
        _paths = [.. Enumerable.Range(0, segments).Select(_ => _folder.NewFile())];
        for (var i = 0; i < segments; i++)
            Write(_paths[i], i * rows, rows);
    }

    public Metric Metric { get; }

    /// <summary>The file of the first segment.</summary>
    public string SegmentPath => _paths[0];

    /// <summary>The file of its index.</summary>
    public string IndexPath => IndexOf(_paths[0]);

    /// <summary>A vector of the same distribution as the rows.</summary>
    public float[] Next()
    {
        var centre = _centres[_random.Next(_centres.Length)];
        var vector = Normal(0.6f);
        for (var d = 0; d < Dimension; d++)
            vector[d] += centre[d];
        if (Metric == Metric.Cosine)
            VectorMath.Normalize(vector, vector);
        return vector;
    }

    /// <summary>An index of the segments alone.</summary>
    public IndexWriter Open(bool withIndex = true)
    {
        var index = new IndexWriter([_space]);
        foreach (var path in _paths)
        {
            var segment = Segment.Open(path);
            if (withIndex)
                segment.Attach(SegmentIndex.Open(IndexOf(path)));
            index.AddSegment(path, segment, RowBitmap.Empty);
        }

        index.Publish();
        return index;
    }

    public void Dispose() => _folder.Dispose();

    private static string IndexOf(string path) => path + ".index";

    private void Write(string path, int first, int rows)
    {
        using var writer = new IndexWriter([_space]);
        for (var i = first; i < first + rows; i++)
            Upsert(writer, $"{i:D6}", Next(), i);
        using var frozen = writer.Freeze();
        using (var stream = File.Create(path))
            frozen.WriteTo(stream);
        using var segment = Segment.Open(path);
        using (var stream = File.Create(IndexOf(path)))
            SegmentIndex.Write(stream, segment, [_space]);
    }

    /// <summary>Writes an item with the attribute <c>n</c>.</summary>
    public static void Upsert(IndexWriter writer, string id, float[] vector, int number)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        ItemCodec.Write(
            new Item
            {
                Id = id,
                Vectors = new Dictionary<string, float[]> { ["v"] = vector },
                Attributes = Attributes.Of(("n", (double)number)),
            },
            buffer);
        writer.Upsert(ItemView.Read(buffer.WrittenSpan, out _));
    }

    private float[] Normal(float width)
    {
        var vector = new float[Dimension];
        for (var d = 0; d < Dimension; d++)
            vector[d] = width * (float)(Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble()));
        return vector;
    }
}
