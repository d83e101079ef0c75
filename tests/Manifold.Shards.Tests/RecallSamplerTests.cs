using Manifold.Index;
using Manifold.Index.Tests;
using Manifold.Storage.Tests;

namespace Manifold.Shards.Tests;

public sealed class RecallSamplerTests : IDisposable
{
    private const int Rows = 12_000, Dimension = 16;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("manifold-recall-");
    private readonly Measurements _recorded = new(RecallSampler.MeterName);
    private readonly string _collection = $"recall-{Guid.NewGuid():N}";
    private readonly Random _random = Seeds.Create();

    [Fact]
    public void SearchesByAnIndex_AreCheckedAgainstExactOnes_ByCollectionAndSelectivity()
    {
        using var index = Index();
        using (var sampler = new RecallSampler(share: 1, time: 1))
        {
            var wide = new Filter.FieldRange("n", LessThan: Rows * 3 / 4);
            for (var i = 0; i < 300; i++)
            {
                var query = new SearchQuery("v", Next(), 10, i % 2 == 0 ? null : wide, Recall: 0.8);
                var hits = index.Current.Search(query, out var effort, TestContext.Current.CancellationToken);
                Assert.True(effort.Partitions > 0);

                // A hit that was lost, and one that is none: what is published must say so.
                sampler.Offer(_collection, index.Current, query, new SearchAnswer([.. hits.Skip(5), new Hit("wrong", float.NegativeInfinity)], effort));
                Thread.Sleep(1);
            }
        }
        foreach (var selectivity in new[] { "50 % and more", "no filter" })
        {
            string[] tags = [$"collection={_collection}", "space=v", $"selectivity={selectivity}"];
            var recalls = _recorded.Of("manifold.search.recall", tags);
            Assert.NotEmpty(recalls);
            Assert.All(recalls, recall => Assert.InRange(recall, 0, 0.5));

            // What was asked for stands beside it, for each sample.
            Assert.Equal(recalls.Select(_ => 0.8), _recorded.Of("manifold.search.recall.target", tags));
        }
    }

    [Fact]
    public void ExactSearches_AreNotChecked_NorAnythingWithoutAShare()
    {
        using var index = Index();
        using (RecallSampler all = new(share: 1, time: 1), none = new(share: 0, time: 1))
        {
            var exact = new SearchQuery("v", Next(), 10, Recall: 1);
            var hits = index.Current.Search(exact, out var effort, TestContext.Current.CancellationToken);
            all.Offer(_collection, index.Current, exact, new SearchAnswer(hits, effort));
            var fast = exact with { Recall = 0.9 };
            hits = index.Current.Search(fast, out effort, TestContext.Current.CancellationToken);
            none.Offer(_collection, index.Current, fast, new SearchAnswer(hits, effort));
        }
        Assert.Empty(_recorded.Of("manifold.search.recall", $"collection={_collection}"));
    }

    public void Dispose()
    {
        _recorded.Dispose();
        _folder.Delete(recursive: true);
    }

    private float[] Next() => [.. Enumerable.Range(0, Dimension).Select(_ => (float)(_random.NextDouble() - 0.5))];

    private IndexWriter Index()
    {
        var path = Path.Combine(_folder.FullName, $"{_random.Next()}");
        SpaceSchema[] spaces = [new("v", Dimension, Metric.L2)];
        using (var writer = new IndexWriter(spaces))
        {
            for (var i = 0; i < Rows; i++)
            {
                writer.Upsert(new Item { Id = $"{i}", Vectors = new Dictionary<string, float[]> { ["v"] = Next() }, Attributes = Attributes.Of(("n", i)) });
            }
            using var frozen = writer.Freeze();
            using var stream = File.Create(path);
            frozen.WriteTo(stream, TestContext.Current.CancellationToken);
        }
        var segment = Segment.Open(path);
        segment.AttachIndex(path + ".idx");
        var index = new IndexWriter(spaces);
        index.AddSegment("s", segment, RowBitmap.Empty);
        index.Publish();
        return index;
    }
}
