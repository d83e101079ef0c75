namespace Manifold.Index.Tests.Kernels;

/// <summary>Scans by way of scalar codes against scans of the vectors.</summary>
public sealed class ScalarScanTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(VectorPrecision.Int8, Metric.InnerProduct)]
    [InlineData(VectorPrecision.Int8, Metric.Cosine)]
    [InlineData(VectorPrecision.Int8, Metric.L2)]
    [InlineData(VectorPrecision.Float16, Metric.InnerProduct)]
    [InlineData(VectorPrecision.Float16, Metric.Cosine)]
    [InlineData(VectorPrecision.Float16, Metric.L2)]
    public void Search_ByCodes_FindsWhatAScanFinds(VectorPrecision precision, Metric metric)
    {
        var random = Seeds.Create();
        foreach (var (dimension, magnitude) in ((int, float)[])[(1, 1), (24, 300), (100, 1e-3f), (273, 1)])
        {
            var space = new SpaceSchema("v", dimension, metric) { Precision = precision };
            using var plain = Open(space, random.Next(), magnitude, withCodes: false);
            using var coded = Open(space, plain.Seed, magnitude, withCodes: true);
            for (var i = 0; i < 10; i++)
            {
                var query = new SearchQuery(
                    "v", Vector(random, dimension, magnitude), random.Next(1, 50), random.Next(3) == 0 ? new Filter.FieldRange("n", LessThan: random.Next(1, 1200)) : null, null, Recall: 1);
                var expected = plain.Index.Current.Search(query, out var scan, CancellationToken.None);
                if (random.Next(3) == 0 && expected.Count > 0) query = query with { ScoreThreshold = expected[expected.Count / 2].Score };
                expected = plain.Index.Current.Search(query, out scan, CancellationToken.None);
                Assert.Equal(expected, coded.Index.Current.Search(query, out var effort, CancellationToken.None));
                Assert.Equal((scan.Scored, 0), (effort.Scanned, scan.Scanned));
                Assert.True(effort.Scored <= scan.Scored, $"{effort.Scored} of {scan.Scored} were scored");
            }
        }
    }

    [Fact]
    public void Search_ByCodes_ScoresFewRows()
    {
        foreach (var (precision, most) in ((VectorPrecision, int)[])[(VectorPrecision.Float16, 150), (VectorPrecision.Int8, 250)])
        {
            using var coded = Open(new SpaceSchema("v", 100, Metric.Cosine) { Precision = precision }, 1, 1, withCodes: true, rows: 9000);
            coded.Index.Current.Search(new SearchQuery("v", Vector(new Random(5), 100, 1), 10, Recall: 1), out var effort, CancellationToken.None);
            Assert.Equal(8097, effort.Scanned); // live ones that have a vector
            Assert.True(effort.Scored < most, $"{precision}: {effort.Scored} rows were scored");
        }
    }

    [Fact]
    public void Search_SeveralTogether_FindsWhatEachFindsByItself()
    {
        var random = Seeds.Create();
        using var coded = Open(new SpaceSchema("v", 20, Metric.L2) { Precision = VectorPrecision.Int8 }, 1, 1, withCodes: true);
        foreach (var count in (int[])[2, 5, 9, 10, 30])
        {
            SearchQuery[] queries = [.. Enumerable.Range(0, count).Select(_ => new SearchQuery("v", Vector(random, 20, 1), random.Next(1, 20), Recall: 1))];
            var together = coded.Index.Current.Search(queries, CancellationToken.None);
            Assert.Equal(queries.Select(query => coded.Index.Current.Search(query, CancellationToken.None)), together.Select(answer => answer.Hits));
            Assert.Equal(count < 10, together.All(answer => answer.Effort.Scanned > 0)); // else they share a pass over the vectors
        }
    }

    [Fact]
    public void Search_ForExtremes_AnswersAsAScanDoes()
    {
        var space = new SpaceSchema("v", 8, Metric.InnerProduct) { Precision = VectorPrecision.Float16 };
        using var plain = Open(space, 3, 1, withCodes: false);
        using var coded = Open(space, 3, 1, withCodes: true);
        foreach (var magnitude in (float[])[1e-40f, 1e-20f, 1e-7f, 1e4f, 1e7f, 1e20f, 1e38f])
        {
            var query = new SearchQuery("v", Vector(new Random(4), 8, magnitude), 10, Recall: 1);
            Assert.Equal(plain.Index.Current.Search(query, CancellationToken.None), coded.Index.Current.Search(query, CancellationToken.None));
        }

        var zero = new SearchQuery("v", new float[8], 10, Recall: 1);
        Assert.Equal(plain.Index.Current.Search(zero, CancellationToken.None), coded.Index.Current.Search(zero, CancellationToken.None));
    }

    private Opened Open(SpaceSchema space, int seed, float magnitude, bool withCodes, int rows = 1200)
    {
        var random = new Random(seed);
        using var writer = new IndexWriter([space]);
        for (var i = 0; i < rows; i++)
        {
            // One in ten has no vector, some are equal, and elements of one vector are of different sizes.
            var vector = Vector(random, space.Dimension, i % 7 == 0 ? magnitude / 8 : magnitude);
            if (i % 50 == 1) vector.AsSpan().Fill(magnitude);
            var item = new Item { Id = $"{random.Next(10)}{i:D5}", Vectors = i % 10 == 9 ? new Dictionary<string, float[]>() : new Dictionary<string, float[]> { ["v"] = vector }, Attributes = Attributes.Of(("n", (double)i)) };
            writer.Upsert(ItemValidation.Normalize(item, [space]));
        }

        using var frozen = writer.Freeze();
        var path = _folder.NewFile();
        using (var file = File.Create(path)) frozen.WriteTo(file);
        var segment = Segment.Open(path);
        if (withCodes)
        {
            using (var file = File.Create(path + ".index")) SegmentIndex.Write(file, segment, [space]);
            segment.Attach(SegmentIndex.Open(path + ".index"));
        }

        var index = new IndexWriter([space]);
        index.AddSegment("s", segment, RowBitmap.FromRows([3, 64, 700]));
        index.Publish();
        return new Opened(index, seed);
    }

    private static float[] Vector(Random random, int dimension, float magnitude)
    {
        var vector = new float[dimension];
        for (var i = 0; i < dimension; i++) vector[i] = magnitude * (float)((random.NextDouble() * 2) - 1) * (i % 5 == 0 ? 1 : 0.2f);
        return vector;
    }

    private sealed record Opened(IndexWriter Index, int Seed) : IDisposable
    {
        public void Dispose() => Index.Dispose();
    }
}
