namespace Manifold.Index.Tests;

public sealed class SearchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Metric.Cosine)]
    [InlineData(Metric.InnerProduct)]
    [InlineData(Metric.L2)]
    public void Search_OverSealedAndGrowingRows_AgreesWithDoublePrecision(Metric metric)
    {
        const int Dimension = 33;
        var random = Seeds.Create();
        SpaceSchema[] spaces = [new("v", Dimension, metric)];
        using var writer = new IndexWriter(spaces);
        var vectors = new Dictionary<string, float[]>();
        for (var i = 0; i < 11_000; i++)
        {
            var vector = Enumerable.Range(0, Dimension).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray();
            vectors["item " + i] = vector;
            writer.Upsert(ItemValidation.Normalize(new Item { Id = "item " + i, Vectors = new Dictionary<string, float[]> { ["v"] = vector } }, spaces));
            if (i == 9000) writer.Seal(writer.Freeze(), _folder.NewFile(), "a");
        }

        var view = writer.Publish();
        for (var repeat = 0; repeat < 5; repeat++)
        {
            var query = Enumerable.Range(0, Dimension).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray();
            var hits = view.Search(new SearchQuery("v", query, 20), TestContext.Current.CancellationToken);
            var expected = vectors.Select(pair => Score(metric, query, pair.Value)).OrderDescending().Take(20).ToArray();
            Assert.Equal(20, hits.Count);
            for (var i = 0; i < 20; i++)
            {
                Assert.Equal(expected[i], hits[i].Score, 1e-5);
                Assert.Equal(Score(metric, query, vectors[hits[i].Id]), hits[i].Score, 1e-5);
            }
        }
    }

    [Fact]
    public void Search_OfEqualScores_OrdersByIdBytesAcrossSegments()
    {
        using var writer = new IndexWriter([new("v", 2, Metric.InnerProduct)]);
        foreach (var id in (string[])["c", "🦊", "a", "\uFFFD"]) writer.Upsert(At(id));
        writer.Seal(writer.Freeze(), _folder.NewFile(), "a");
        foreach (var id in (string[])["d", "b"]) writer.Upsert(At(id));
        var hits = writer.Publish().Search(new SearchQuery("v", new float[] { 1, 0 }, 5), TestContext.Current.CancellationToken);
        Assert.Equal(["a", "b", "c", "d", "\uFFFD"], hits.Select(hit => hit.Id));
    }

    [Fact]
    public void Search_BeforePublish_SeesNothingNew()
    {
        using var writer = new IndexWriter([new("v", 2, Metric.L2)]);
        writer.Upsert(At("a"));
        Assert.Empty(writer.Current.Search(new SearchQuery("v", new float[2], 1), TestContext.Current.CancellationToken));
        Assert.Null(writer.Current.Get("a", withVectors: false));
        Assert.Equal(1, writer.LiveRows);
        writer.Publish();
        Assert.Single(writer.Current.Search(new SearchQuery("v", new float[2], 1), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Search_WithHugeLimit_GivesAllItems()
    {
        using var writer = new IndexWriter([new("v", 2, Metric.L2)]);
        for (var i = 0; i < 700; i++) writer.Upsert(At("item " + i));
        Assert.Equal(700, writer.Publish().Search(new SearchQuery("v", new float[2], int.MaxValue), TestContext.Current.CancellationToken).Count);
    }

    public static TheoryData<SearchQuery, string> Faults => new()
    {
        { new SearchQuery("w", new float[2], 1), "space: " },
        { new SearchQuery("v", new float[3], 1), "vector: Expected 2 components, got 3" },
        { new SearchQuery("v", new[] { float.NaN, 0 }, 1), "vector: Component 0 is NaN" },
        { new SearchQuery("v", new float[2], 1), "vector: A zero vector" },
        { new SearchQuery("v", new float[] { 1, 0 }, 0), "limit: " },
        { new SearchQuery("v", new float[] { 1, 0 }, 1, null, float.NaN), "score_threshold: " },
        { new SearchQuery("v", new float[] { 1, 0 }, 1, new Filter.And([])), "filter.and: " },
    };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void Search_OfFaultyQuery_NamesTheField(SearchQuery query, string message)
    {
        using var writer = new IndexWriter([new("v", 2, Metric.Cosine)]);
        Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => writer.Current.Search(query, CancellationToken.None)).Message);
    }

    [Fact]
    public void AnyWalk_WhenCancelled_Ends()
    {
        using var writer = new IndexWriter([new("v", 2, Metric.L2)]);
        writer.Upsert(At("a"));
        var view = writer.Publish();
        var cancelled = new CancellationToken(canceled: true);
        Assert.Throws<OperationCanceledException>(() => view.Search(new SearchQuery("v", new float[2], 1), cancelled));
        Assert.Throws<OperationCanceledException>(() => view.Count(new Filter.FieldExists("x"), cancelled));
        Assert.Throws<OperationCanceledException>(() => view.Scroll(null, 1, null, withVectors: false, cancelled));
    }

    [Fact]
    public void Scroll_PageByPage_GivesEveryItemOnce()
    {
        using var writer = new IndexWriter([new("v", 2, Metric.L2)]);
        for (var i = 0; i < 500; i++)
        {
            writer.Upsert(At("item " + (i * 263 % 500)));
            if (i is 200 or 350) writer.Seal(writer.Freeze(), _folder.NewFile(), "segment " + i);
        }

        var view = writer.Publish();
        var ids = new List<string>();
        string? after = null;
        do
        {
            var page = view.Scroll(after, 50, null, withVectors: false, TestContext.Current.CancellationToken);
            ids.AddRange(page.Items.Select(item => item.Id));
            after = page.NextAfterId;
        }
        while (after is not null);

        Assert.Equal(Enumerable.Range(0, 500).Select(i => "item " + i).Order(IndexModel.IdOrder), ids);
    }

    private static Item At(string id) => new() { Id = id, Vectors = new Dictionary<string, float[]> { ["v"] = [1, 1] } };

    private static double Score(Metric metric, float[] query, float[] vector)
    {
        var dot = query.Zip(vector, (a, b) => (double)a * b).Sum();
        return metric switch
        {
            Metric.Cosine => dot / Math.Sqrt(query.Sum(a => (double)a * a) * vector.Sum(b => (double)b * b)),
            Metric.InnerProduct => dot,
            _ => -query.Zip(vector, (a, b) => ((double)a - b) * ((double)a - b)).Sum(),
        };
    }
}
