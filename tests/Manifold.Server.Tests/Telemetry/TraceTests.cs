using System.Diagnostics;
using Manifold.Client;
using Manifold.Storage.Tests;

namespace Manifold.Server.Tests;

/// <summary>One trace runs from the client through gateway, coordinator, shards and encoder batch, over three silos.</summary>
[Collection(ThreeSilos.Name)]
public sealed class TraceTests(ThreeSilos cluster)
{
    private const string Gateway = "Microsoft.AspNetCore.Hosting.HttpRequestIn";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Search_ByText_IsOneTraceFromTheClientToEachShardAndTheEncodersBatch()
    {
        using var spans = new Spans();
        var client = await SearchAsync(spans, "text 7");
        IReadOnlyList<Activity> trace = [];
        await Eventually.HoldsAsync(() =>
        {
            trace = [.. spans.All.Where(span => span.TraceId == client.TraceId)];
            return Named(trace, Gateway).Count == 1 && Named(trace, "search shard").Count >= ThreeSilos.Shards && Named(trace, "encode batch").Count == 1;
        });

        Assert.Equal(default, client.ParentSpanId);
        AssertPath(trace, Assert.Single(Named(trace, Gateway)), "ManifoldClient.Search");
        var coordinator = Assert.Single(Named(trace, "coordinate"));
        AssertPath(trace, coordinator, Gateway, "ManifoldClient.Search");
        Assert.Equal((ThreeSilos.Texts, ThreeSilos.Shards, ThreeSilos.Shards), (coordinator.GetTagItem("manifold.collection"), coordinator.GetTagItem("manifold.shards"), coordinator.GetTagItem("manifold.shards_answered")));

        var shards = Named(trace, "search shard");
        Assert.Equal(Enumerable.Range(0, ThreeSilos.Shards), shards.Select(shard => (int)shard.GetTagItem("manifold.shard")!).Distinct().Order());
        Assert.All(shards, shard =>
        {
            AssertPath(trace, shard, "coordinate", Gateway, "ManifoldClient.Search");
            Assert.Equal(ThreeSilos.Texts, shard.GetTagItem("manifold.collection"));
            Assert.InRange((int)shard.GetTagItem("manifold.rank")!, 0, 1);
            Assert.Contains(shard.Events, e => e.Name == "search begins");
        });
        Assert.True(shards.Sum(shard => (long)shard.GetTagItem("manifold.rows_scored")!) >= 90, "most of the items were looked at");
        Assert.True(shards.Sum(shard => (int)shard.GetTagItem("manifold.hits")!) >= 10);

        var encode = Assert.Single(Named(trace, "encode"));
        AssertPath(trace, encode, Gateway, "ManifoldClient.Search");
        var batch = Assert.Single(Named(trace, "encode batch"));
        AssertPath(trace, batch, "encode", Gateway, "ManifoldClient.Search");
        Assert.Equal(encode.Context, Assert.Single(batch.Links).Context);
        Assert.Equal(batch.Context, Assert.Single(encode.Links).Context);
    }

    [Fact]
    public async Task Searches_EncodedInOneBatch_AreTracesOfTheirOwn_AndTheBatchIsLinkedWithEach()
    {
        using var spans = new Spans();
        Activity? batch = null;
        await Eventually.HoldsAsync(async () =>
        {
            await Task.WhenAll(Enumerable.Range(0, 16).Select(i => SearchAsync(spans, $"text {i}")));
            return (batch = spans.All.FirstOrDefault(span => span.OperationName == "encode batch" && span.Links.Count() >= 2)) is not null;
        });
        var members = batch!.Links.Select(link => link.Context).ToList();
        Assert.Equal(members.Count, members.Select(member => member.TraceId).Distinct().Count());
        Assert.Equal(batch.GetTagItem("manifold.items"), members.Count);
        await Eventually.HoldsAsync(() => members.TrueForAll(member => spans.All.Any(span => span.TraceId == member.TraceId && span.OperationName == Gateway)));
        Assert.All(members, member =>
        {
            var encode = Assert.Single(spans.All, span => span.Context == member);
            AssertPath(spans.All, encode, Gateway, "ManifoldClient.Search");
            Assert.Equal(batch.Context, Assert.Single(encode.Links).Context);
        });
    }

    [Fact]
    public async Task Search_ThatIsRefused_FailsTheClientsSpan()
    {
        using var spans = new Spans();
        Activity.Current = null;
        await Assert.ThrowsAsync<ManifoldException>(() => cluster.Client.SearchAsync("no-such-collection", new SearchQuery { Parts = [QueryPart.FromText("a")] }, Cancel));
        var span = Assert.Single(spans.All, span => span.OperationName == "ManifoldClient.Search");
        Assert.Equal((ActivityStatusCode.Error, "NotFound"), (span.Status, span.GetTagItem("error.type")));
    }

    [Fact]
    public async Task Write_IsOneTraceFromTheClientToItsShards()
    {
        using var spans = new Spans();
        Activity.Current = null;
        await cluster.Client.UpsertAsync(ThreeSilos.Texts, [ItemInput.FromText("7", "text 7")], cancellationToken: Cancel);
        var client = Assert.Single(spans.All, span => span.OperationName == "ManifoldClient.Upsert");
        await Eventually.HoldsAsync(() => spans.All.Any(span => span.TraceId == client.TraceId && span.OperationName == Gateway));
        AssertPath(spans.All, Assert.Single(spans.All, span => span.TraceId == client.TraceId && span.OperationName == "write shard"), Gateway, "ManifoldClient.Upsert");
    }

    /// <summary>Searches in a trace of its own.</summary>
    /// <returns>The client's span.</returns>
    private async Task<Activity> SearchAsync(Spans spans, string text)
    {
        // Whatever follows the tests themselves is no part of it.
        Activity.Current = null;
        var result = await cluster.Client.SearchAsync(ThreeSilos.Texts, new SearchQuery { Parts = [QueryPart.FromText(text)] }, Cancel);
        Assert.Equal(ThreeSilos.Shards, result.ShardsAnswered);
        Assert.NotEmpty(result.Hits);
        return spans.All.Last(span => span.OperationName == "ManifoldClient.Search");
    }

    private static List<Activity> Named(IReadOnlyList<Activity> spans, string name) => [.. spans.Where(span => span.OperationName == name)];

    /// <summary>A span's ancestors have these among them, in this order, and end with the client's.</summary>
    private static void AssertPath(IReadOnlyList<Activity> spans, Activity span, params string[] ancestors)
    {
        var path = Spans.Path(spans, span).Skip(1).Select(ancestor => ancestor.OperationName).ToList();
        Assert.Equal(ancestors, path.Where(ancestors.Contains));
        Assert.Equal(ancestors[^1], path[^1]);
    }
}
