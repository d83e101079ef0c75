using System.Buffers;
using System.Diagnostics;
using Manifold.Index;

namespace Manifold.Benchmarks.Ann;

/// <summary>An index of one sealed segment over the base rows in a temporary folder, the queries, and their true nearest rows.</summary>
internal sealed class AnnSet : IDisposable
{
    public const string SpaceName = "v";
    private readonly DirectoryInfo _folder;
    private readonly IndexWriter _index;
    private readonly SpaceSchema _space;

    private AnnSet(DirectoryInfo folder, IndexWriter index, SpaceSchema space, float[][] queries, int[][] truth)
    {
        (_folder, _index, _space, Queries, Truth) = (folder, index, space, queries, truth);
    }

    public SearchView View => _index.Current;

    public int Rows => (int)View.LiveRows;

    public int Dimension => View.Spaces[0].Dimension;

    public float[][] Queries { get; }

    /// <summary>[queries][k or more]: rows.</summary>
    public int[][] Truth { get; }

    /// <summary>What scans read.</summary>
    public VectorPrecision Precision => _space.Precision;

    /// <summary>Seconds of processor time that the index took, of all threads.</summary>
    public double BuildSeconds { get; private init; }

    /// <summary>Bytes of the index file: what a search holds in memory beside the vectors.</summary>
    public long IndexBytes { get; private init; }

    /// <summary>Bytes of segment and index.</summary>
    public long DiskBytes { get; private init; }

    /// <summary>What searches are restricted to: a share of the rows, drawn at random; null for all.</summary>
    public Filter? Filter { get; private init; }

    /// <summary>Reads the files, builds the index, and finds the true nearest rows where they are not given.</summary>
    public static AnnSet Load(string basePath, string queriesPath, string? truthPath, Metric metric, int k, TextWriter log, VectorPrecision precision = VectorPrecision.Float32, double allowed = 1)
    {
        float[][] rows = VectorFile.Read<float>(basePath), queries = VectorFile.Read<float>(queriesPath);
        if (queries[0].Length != rows[0].Length)
            throw new InvalidDataException($"{queriesPath} has {queries[0].Length} dimensions, {basePath} {rows[0].Length}.");
        var folder = Directory.CreateTempSubdirectory("manifold-ann-");
        try
        {
            string segmentPath = Path.Combine(folder.FullName, "base.seg"), indexPath = Path.Combine(folder.FullName, "base.idx");
            var space = new SpaceSchema(SpaceName, rows[0].Length, metric) { Precision = precision };
            WriteSegment(rows, metric, segmentPath, allowed < 1 ? new Random(1) : null);
            var segment = Segment.Open(segmentPath);
            log.WriteLine($"{rows.Length:N0} rows of {rows[0].Length} dimensions; building the index");
            using var process = Process.GetCurrentProcess();
            var before = process.TotalProcessorTime;
            using (var stream = File.Create(indexPath))
                SegmentIndex.Write(stream, segment, [space]);
            process.Refresh();
            var built = (process.TotalProcessorTime - before).TotalSeconds;
            segment.Attach(SegmentIndex.Open(indexPath));
            var index = new IndexWriter(segment.Spaces);
            index.AddSegment("base", segment, RowBitmap.Empty);
            index.Publish();
            long indexBytes = new FileInfo(indexPath).Length;
            var truth = truthPath is null ? [] : VectorFile.Read<int>(truthPath);
            var set = new AnnSet(folder, index, space, queries, truthPath is null ? new int[queries.Length][] : truth)
            {
                BuildSeconds = built,
                IndexBytes = indexBytes,
                DiskBytes = indexBytes + new FileInfo(segmentPath).Length,
                Filter = allowed < 1 ? new Filter.FieldRange("n", LessThan: allowed) : null,
            };
            if (set.Truth.Length < queries.Length)
                throw new InvalidDataException($"{truthPath} has {set.Truth.Length} rows for {queries.Length} queries.");
            for (var i = 0; truthPath is null && i < queries.Length; i++)
                set.Truth[i] = [.. set.Search(i, k, 1).Select(hit => int.Parse(hit.Id, System.Globalization.CultureInfo.InvariantCulture))];
            return set;
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Searches for a query.</summary>
    public IReadOnlyList<Hit> Search(int query, int k, double recall) => View.Search(new SearchQuery(SpaceName, Queries[query], k, Filter, Recall: recall), CancellationToken.None);

    /// <summary>The share of the true nearest rows among the hits.</summary>
    public double RecallOf(int query, IReadOnlyList<Hit> hits, int k) =>
        RecallOf(query, [.. hits.Select(hit => int.Parse(hit.Id, System.Globalization.CultureInfo.InvariantCulture))], k);

    /// <summary>The share of the true nearest rows among rows.</summary>
    public double RecallOf(int query, ReadOnlySpan<int> rows, int k)
    {
        var wanted = Truth[query].AsSpan(0, Math.Min(k, Truth[query].Length));
        var found = 0;
        foreach (var row in rows)
            found += wanted.Contains(row) ? 1 : 0;
        return (double)found / wanted.Length;
    }

    public void Dispose()
    {
        _index.Dispose();
        _folder.Delete(recursive: true);
    }

    private static void WriteSegment(float[][] rows, Metric metric, string path, Random? random)
    {
        using var writer = new IndexWriter([new SpaceSchema(SpaceName, rows[0].Length, metric)]);
        var buffer = new ArrayBufferWriter<byte>();
        for (var i = 0; i < rows.Length; i++)
        {
            if (metric == Metric.Cosine)
                VectorMath.Normalize(rows[i], rows[i]);
            buffer.ResetWrittenCount();
            var item = new Item { Id = $"{i:D9}", Vectors = new Dictionary<string, float[]> { [SpaceName] = rows[i] } };
            ItemCodec.Write(random is null ? item : item with { Attributes = Attributes.Of(("n", random.NextDouble())) }, buffer);
            writer.Upsert(ItemView.Read(buffer.WrittenSpan, out _));
        }

        using var frozen = writer.Freeze();
        using var stream = File.Create(path);
        frozen.WriteTo(stream);
    }
}
