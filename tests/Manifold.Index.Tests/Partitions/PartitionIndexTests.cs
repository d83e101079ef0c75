using Manifold.Index.Partitions;

namespace Manifold.Index.Tests.Partitions;

/// <summary>The index through the view that searches it: what it promises, and that nothing but the choice of hits may differ from exact search.</summary>
public sealed class PartitionIndexTests
{
    private const int Queries = 1000;

    [Theory]
    [InlineData(Metric.InnerProduct)]
    [InlineData(Metric.Cosine)]
    [InlineData(Metric.L2)]
    public void Search_OfUnseenQueries_KeepsThePromisedRecall(Metric metric)
    {
        using var samples = new PartitionSamples(metric, Seeds.Create());
        using var index = samples.Open();
        float[][] queries = [.. Enumerable.Range(0, Queries).Select(_ => samples.Next())];
        foreach (var limit in (int[])[1, 3, 10, 100, 300])
        {
            foreach (var target in (double[])[0.8, 0.95, 0.99])
            {
                var (recall, effort) = Measure(index.Current, queries, limit, target, null);

                // The promise is about the mean of all such queries, of which 1,000 are a sample: with one hit a recall is 0 or 1, and the mean of 1,000 deviates by up to 0.013.
                Assert.True(recall >= target - (limit == 1 ? 0.03 : 0.012), $"{metric}, {limit} hits, target {target}: recall {recall}");
                Assert.True(limit > 10 || target > 0.95 || effort.Partitions > 0, $"{metric}, {limit} hits, target {target}: the index was not used");
            }
        }
    }

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.01)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.99)]
    public void Search_UnderAFilter_KeepsThePromisedRecall(double selectivity)
    {
        using var samples = new PartitionSamples(Metric.L2, Seeds.Create());
        using var index = samples.Open();
        float[][] queries = [.. Enumerable.Range(0, Queries).Select(_ => samples.Next())];
        var filter = new Filter.FieldRange("n", LessThan: selectivity * PartitionSamples.Rows);

        var (recall, _) = Measure(index.Current, queries, 10, 0.95, filter);

        Assert.True(recall >= 0.94, $"recall {recall}");
    }

    [Fact]
    public void Search_ByIndex_GivesTheScoresOfExactSearch()
    {
        using var samples = new PartitionSamples(Metric.L2, Seeds.Create());
        using var index = samples.Open();
        for (var i = 0; i < 50; i++)
        {
            var query = new SearchQuery("v", samples.Next(), 10);
            var exact = Exact(index.Current, query with { Limit = 200 }).ToDictionary(hit => hit.Id, hit => hit.Score);
            foreach (var hit in index.Current.Search(query, TestContext.Current.CancellationToken))
                Assert.Equal(exact[hit.Id], hit.Score);
        }
    }

    [Fact]
    public void Search_AfterDeletesAndReplacements_NeverFindsWhatIsGone()
    {
        var random = Seeds.Create();
        using var samples = new PartitionSamples(Metric.L2, random);
        using var index = samples.Open();
        var query = samples.Next();
        for (var round = 0; round < 30; round++)
        {
            var best = index.Current.Search(new SearchQuery("v", query, 10), TestContext.Current.CancellationToken);
            Assert.True(index.Delete(System.Text.Encoding.UTF8.GetBytes(best[0].Id)));
            PartitionSamples.Upsert(index, best[1].Id, samples.Next(), 0);
            var view = index.Publish();
            var after = view.Search(new SearchQuery("v", query, 10), out var effort, TestContext.Current.CancellationToken);
            Assert.DoesNotContain(after, hit => hit.Id == best[0].Id);
            Assert.DoesNotContain(after, hit => hit.Id == best[1].Id && hit.Score == best[1].Score);
            Assert.True(effort.Partitions > 0);
        }
    }

    [Theory]
    [InlineData(1e-30f)]
    [InlineData(1e-42f)]
    [InlineData(1e18f)]
    public void Search_ForVectorsOfExtremeLength_IsExact(float scale)
    {
        using var samples = new PartitionSamples(Metric.InnerProduct, Seeds.Create());
        using IndexWriter with = samples.Open(), without = samples.Open(withIndex: false);
        var query = new SearchQuery("v", samples.Next().Select(x => x * scale).ToArray(), 10);
        Assert.Equal(without.Current.Search(query, TestContext.Current.CancellationToken), with.Current.Search(query, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Build_OfVectorsThatWouldOverflow_MakesNoIndex()
    {
        using var folder = new TemporaryFolder();
        using var writer = new IndexWriter([new SpaceSchema("v", 2, Metric.L2)]);
        for (var i = 0; i < 10_000; i++)
            PartitionSamples.Upsert(writer, $"{i:D6}", [i == 77 ? 3e38f : i, 1], i);
        using var frozen = writer.Freeze();
        var path = folder.NewFile();
        using (var stream = File.Create(path))
            frozen.WriteTo(stream, TestContext.Current.CancellationToken);
        using var segment = Segment.Open(path);
        Assert.Null(BuiltPartitions.Build(segment, 0, new PartitionOptions(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Search_WithRecallOfOne_IsExactAndUsesNoIndex()
    {
        using var samples = new PartitionSamples(Metric.Cosine, Seeds.Create());
        using IndexWriter with = samples.Open(), without = samples.Open(withIndex: false);
        var query = new SearchQuery("v", samples.Next(), 20, Recall: 1);

        var hits = with.Current.Search(query, out var effort, TestContext.Current.CancellationToken);

        Assert.Equal(without.Current.Search(query, TestContext.Current.CancellationToken), hits);
        Assert.Equal(0, effort.Partitions);
        Assert.Equal(PartitionSamples.Rows, effort.Scored);
    }

    [Fact]
    public void Search_ForMoreThanThereAre_GivesAll()
    {
        using var samples = new PartitionSamples(Metric.InnerProduct, Seeds.Create());
        using var index = samples.Open();
        var hits = index.Current.Search(new SearchQuery("v", samples.Next(), 2 * PartitionSamples.Rows), TestContext.Current.CancellationToken);
        Assert.Equal(PartitionSamples.Rows, hits.Count);
    }

    [Theory]
    [InlineData(Metric.L2)]
    [InlineData(Metric.InnerProduct)]
    public void Search_WithAScoreThreshold_KeepsThePromisedRecall_AndGivesNothingBelowIt(Metric metric)
    {
        using var samples = new PartitionSamples(metric, Seeds.Create());
        using var index = samples.Open();
        double found = 0, wanted = 0;
        for (var i = 0; i < Queries; i++)
        {
            var query = new SearchQuery("v", samples.Next(), 100, Recall: 0.95);
            var exact = Exact(index.Current, query with { Limit = 5 });
            var hits = index.Current.Search(query with { ScoreThreshold = exact[^1].Score }, TestContext.Current.CancellationToken);
            Assert.All(hits, hit => Assert.True(hit.Score >= exact[^1].Score));
            (found, wanted) = (found + hits.Count, wanted + exact.Count);
        }

        Assert.True(found / wanted >= 0.95, $"recall {found / wanted}");
    }

    [Theory]
    [InlineData(Metric.L2)]
    [InlineData(Metric.InnerProduct)]
    public void Search_OfSeveralSegments_KeepsThePromisedRecall(Metric metric)
    {
        using var samples = new PartitionSamples(metric, Seeds.Create(), segments: 4);
        using var index = samples.Open();
        float[][] queries = [.. Enumerable.Range(0, Queries).Select(_ => samples.Next())];
        var (recall, effort) = Measure(index.Current, queries, 10, 0.95, null);
        Assert.True(recall >= 0.95, $"recall {recall}");
        Assert.True(effort.Partitions > 0);
    }

    [Theory]
    [InlineData(0.95)]
    [InlineData(1)]
    public void Search_ForTenHits_AllocatesLittle(double recall)
    {
        using var samples = new PartitionSamples(Metric.InnerProduct, Seeds.Create());
        using var index = samples.Open();
        SearchQuery[] queries = [.. Enumerable.Range(0, 50).Select(_ => new SearchQuery("v", samples.Next(), 10, Recall: recall))];
        foreach (var query in queries)
            index.Current.Search(query, CancellationToken.None);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var query in queries)
            index.Current.Search(query, CancellationToken.None);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / queries.Length, 1, 4096);
    }

    [Fact]
    public async Task Search_FromManyThreads_GivesWhatOneThreadGets()
    {
        using var samples = new PartitionSamples(Metric.L2, Seeds.Create());
        using var index = samples.Open();
        float[][] queries = [.. Enumerable.Range(0, 100).Select(_ => samples.Next())];
        IReadOnlyList<Hit>[] alone = [.. queries.Select(query => index.Current.Search(new SearchQuery("v", query, 10), CancellationToken.None))];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < queries.Length; i++)
                Assert.Equal(alone[i], index.Current.Search(new SearchQuery("v", queries[i], 10), CancellationToken.None));
        })));
    }

    [Fact]
    public void Write_OfTheSameSegment_GivesTheSameBytes()
    {
        using var samples = new PartitionSamples(Metric.L2, Seeds.Create());
        using var segment = Segment.Open(samples.SegmentPath);
        using var again = new MemoryStream();
        SegmentIndex.Write(again, segment, TestContext.Current.CancellationToken);
        Assert.True(File.ReadAllBytes(samples.IndexPath).AsSpan().SequenceEqual(again.ToArray()));
    }

    [Fact]
    public void Build_OfEqualVectors_IsSearched()
    {
        using var folder = new TemporaryFolder();
        using var writer = new IndexWriter([new SpaceSchema("v", 8, Metric.L2)]);
        for (var i = 0; i < 11_000; i++)
            PartitionSamples.Upsert(writer, $"{i:D6}", [1, 2, 3, 4, 5, 6, 7, 8], i);
        using var frozen = writer.Freeze();
        var path = folder.NewFile();
        using (var stream = File.Create(path))
            frozen.WriteTo(stream, TestContext.Current.CancellationToken);
        using var segment = Segment.Open(path);
        using var built = BuiltPartitions.Build(segment, 0, new PartitionOptions(), TestContext.Current.CancellationToken)!;
        using var search = new PartitionSearch(built.Index);
        var results = new TopK(5, Kernels.RowNumbers.Instance);
        var done = default(SearchEffort);

        search.Search([1, 2, 3, 4, 5, 6, 7, 8], default, float.NegativeInfinity, new ProbeEffort(1, 3), 0, results, ref done, TestContext.Current.CancellationToken);

        Assert.All(results.ToSortedArray(), hit => Assert.Equal(0, hit.Score));
        Assert.Equal(5, results.Count);
    }

    private static (double Recall, SearchEffort Effort) Measure(SearchView view, float[][] queries, int limit, double target, Filter? filter)
    {
        double sum = 0;
        var total = default(SearchEffort);
        foreach (var vector in queries)
        {
            var query = new SearchQuery("v", vector, limit, filter, Recall: target);
            var exact = Exact(view, query);
            var found = view.Search(query, out var effort, TestContext.Current.CancellationToken).Select(hit => hit.Id).ToHashSet();
            total.Partitions += effort.Partitions;
            sum += exact.Count == 0 ? 1 : exact.Count(hit => found.Contains(hit.Id)) / (double)exact.Count;
        }

        return (sum / queries.Length, total);
    }

    private static IReadOnlyList<Hit> Exact(SearchView view, SearchQuery query) => view.Search(query with { Recall = 1 }, TestContext.Current.CancellationToken);
}
