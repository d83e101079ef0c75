using Grpc.Core;
using Manifold.Protocol.V1;

namespace Manifold.Server.Tests;

/// <summary>Limits are what the configuration says, and their keys are in the messages.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task AnyCall_BeyondAConfiguredLimit_IsRefused()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(
            folder.Path,
            ("Manifold:Limits:MaxBatchItems", "2"), ("Manifold:Limits:MaxHits", "3"), ("Manifold:Limits:MaxPageItems", "4"),
            ("Manifold:Limits:MaxQueryParts", "1"), ("Manifold:Limits:MaxMessageBytes", "20000"), ("Manifold:DefaultShardCount", "7"));
        var name = await server.CreateAsync(dimension: 2, shards: 0);
        Assert.Equal(7, (await server.GetAsync(new GetCollectionRequest { Name = name })).ShardCount);
        for (var i = 0; i < 6; i += 2)
        {
            await server.UpsertAsync(name, Requests.Item($"{i}", i, 1), Requests.Item($"{i + 1}", i + 1, 1));
        }

        var batch = await Refusal.OfAsync(server.UpsertAsync(name, Requests.Item("a", 1, 1), Requests.Item("b", 1, 1), Requests.Item("c", 1, 1)));
        Assert.Equal((StatusCode.InvalidArgument, "items"), (batch.Code, Assert.Single(batch.Fields)));
        Assert.Contains("Manifold:Limits:MaxBatchItems", batch.Message, StringComparison.Ordinal);
        var query = Requests.Query(name, 1, 1);
        query.Limit = 4;
        await Refusal.AssertAsync(StatusCode.InvalidArgument, server.QueryAsync(query), "limit");
        query.Limit = 3;
        Assert.Equal(["5", "4", "3"], (await server.QueryAsync(query)).Hits.Select(h => h.Item.Id));
        query.Limit = 0;
        Assert.Equal(3, (await server.QueryAsync(query)).Hits.Count);
        query.Parts.Add(query.Parts[0]);
        await Refusal.AssertAsync(StatusCode.InvalidArgument, server.QueryAsync(query), "parts");
        await Refusal.AssertAsync(StatusCode.InvalidArgument, server.ScrollAsync(new ScrollRequest { Collection = name, Limit = 5 }), "limit");
        Assert.Equal(4, (await server.ScrollAsync(new ScrollRequest { Collection = name })).Items.Count);

        var large = await Assert.ThrowsAsync<RpcException>(() => server.UpsertAsync(name, Requests.Item("a", 1, 1).With("t", Requests.Value(new string('x', 30_000)))));
        Assert.Equal(StatusCode.ResourceExhausted, large.StatusCode);
        Assert.Equal(6, await server.CountAsync(name));
    }
}
