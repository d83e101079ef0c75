using System.Text;

namespace Manifold.Index.Tests;

/// <summary>One writer, several readers, and segments that come and go.</summary>
public sealed class IndexConcurrencyTests : IDisposable
{
    private const int Ids = 300;
    private const int Operations = 8000;
    private static readonly SpaceSchema[] Spaces = [new("v", 16, Metric.L2)];

    private readonly TemporaryFolder _folder = new();
    private readonly List<Segment> _segments = [];
    private readonly List<FrozenSegment> _frozen = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Readers_DuringPublishFreezeAndReplace_SeeWholeItemsOfOneView()
    {
        var seed = Seeds.Create().Next();
        var cancellationToken = TestContext.Current.CancellationToken;
        var writer = new IndexWriter(Spaces, new IndexOptions { GrowingChunkRows = 64 });
        using var finished = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var readers = Enumerable.Range(0, 3).Select(i => Task.Run(() => Read(writer, new Random(seed + i), finished.Token), cancellationToken)).ToArray();
        try
        {
            await Task.Run(() => Write(writer, new Random(seed)), cancellationToken);
        }
        finally
        {
            await finished.CancelAsync();
        }

        var passes = await Task.WhenAll(readers);
        Assert.All(passes, count => Assert.True(count > 0));
        writer.Dispose();
        Assert.NotEmpty(_segments);
        Assert.All(_segments, segment => Assert.True(segment.IsReleased));
        Assert.All(_frozen, frozen => Assert.True(frozen.Segment.IsReleased));
    }

    private void Write(IndexWriter writer, Random random)
    {
        FrozenSegment? frozen = null;
        for (var version = 1; version <= Operations; version++)
        {
            var id = "item " + random.Next(Ids);
            if (random.Next(5) == 0) writer.Delete(id);
            else writer.Upsert(Make(id, version));
            if (random.Next(4) == 0) writer.Publish();
            if (random.Next(150) != 0) continue;
            if (frozen is null)
            {
                _frozen.Add(frozen = writer.Freeze());
                continue;
            }

            _segments.Add(writer.Seal(frozen, _folder.NewFile(), "segment " + version));
            frozen = null;
        }
    }

    private static int Read(IndexWriter writer, Random random, CancellationToken finished)
    {
        var passes = 0;
        do
        {
            using var lease = writer.AcquireCurrent();
            var view = lease.View;
            var items = view.Scroll(null, int.MaxValue, null, withVectors: true, CancellationToken.None).Items;
            Assert.Equal(view.LiveRows, items.Count);
            Assert.All(items, AssertWhole);

            var query = new SearchQuery("v", Enumerable.Repeat((float)random.Next(Operations), 16).ToArray(), 20);
            var hits = view.Search(query, CancellationToken.None);
            Assert.Equal(Math.Min(20, items.Count), hits.Count);
            var nearest = items
                .Select(item => new Hit(item.Id, -VectorMath.SquaredL2(query.Vector.Span, item.Vectors["v"]) + 0f))
                .OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Id, StringComparer.Ordinal).Take(20);
            Assert.Equal(nearest, hits);

            var known = items.ToDictionary(item => item.Id);
            for (var i = 0; i < 50; i++)
            {
                var id = "item " + random.Next(Ids);
                Assert.Equal(known.GetValueOrDefault(id), view.Get(Encoding.UTF8.GetBytes(id), withVectors: true));
            }

            Assert.Equal(
                items.Count(item => item.Attributes["version"].AsNumber % 2 == 0),
                view.Count(new Filter.FieldEquals("even", true), CancellationToken.None));
            passes++;
        }
        while (!finished.IsCancellationRequested);
        return passes;
    }

    private static Item Make(string id, int version) => new()
    {
        Id = id,
        Vectors = new Dictionary<string, float[]> { ["v"] = [.. Enumerable.Repeat((float)version, 16)] },
        Attributes = Attributes.Of(("even", version % 2 == 0), ("version", version)),
        Content = $"{id}@{version}",
    };

    private static void AssertWhole(Item item) => Assert.Equal(Make(item.Id, (int)item.Attributes["version"].AsNumber), item);
}
