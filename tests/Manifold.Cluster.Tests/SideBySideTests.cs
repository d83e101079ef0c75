using Grpc.Core;
using Manifold.Protocol.V1;

namespace Manifold.Cluster.Tests;

/// <summary>Several servers on one machine.</summary>
public sealed class SideBySideTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Serve_TwoServersWithFoldersOfTheirOwn_EachKnowsOnlyItsOwn()
    {
        using var folder = new TemporaryFolder();
        var servers = await Task.WhenAll(ServerProcess.StartAsync(folder["one"]), ServerProcess.StartAsync(folder["two"]));
        await using var one = servers[0];
        await using var two = servers[1];
        Assert.NotEqual(one.Address, two.Address);

        foreach (var (server, number) in new[] { (one, 1), (two, 2) })
        {
            await server.Collections.CreateAsync(
                new CreateCollectionRequest { Name = "things", Spaces = { new Space { Dimension = number, Metric = Metric.L2 } } }, cancellationToken: Cancel);
            var item = new Item { Id = $"of-{number}", Vectors = { ["default"] = new Vector { Values = { Enumerable.Repeat(1f, number) } } } };
            await server.Items.UpsertAsync(new UpsertRequest { Collection = "things", Items = { new ItemInput { Item = item } } }, cancellationToken: Cancel);
        }
        foreach (var (server, number) in new[] { (one, 1), (two, 2) })
        {
            var status = await server.Cluster.StatusAsync(new StatusRequest(), cancellationToken: Cancel);
            Assert.Equal("active", Assert.Single(status.Silos).State);
            var shard = Assert.Single(status.Shards);
            Assert.Equal(("things", "serving", 1), (shard.Collection, shard.State, shard.Items));
            var query = new QueryRequest { Collection = "things", Parts = { new QueryPart { Vector = new Vector { Values = { Enumerable.Repeat(1f, number) } } } } };
            var answer = await server.Search.QueryAsync(query, cancellationToken: Cancel);
            Assert.Equal($"of-{number}", Assert.Single(answer.Hits).Item.Id);
        }

        // One of them goes; the other does not notice.
        await one.KillAsync();
        Assert.Equal(1, (await two.Items.CountAsync(new CountRequest { Collection = "things" }, cancellationToken: Cancel)).Count);
    }

    [Fact]
    public async Task Serve_FolderOfARunningServer_EndsWithTheFolderAndTheProcessInTheMessage()
    {
        using var folder = new TemporaryFolder();
        await using var first = await ServerProcess.StartAsync(folder.Path);
        await using var second = ServerProcess.Launch(folder.Path, port: 0);
        var (code, output, errors) = await second.WaitAsync(Cancel);

        Assert.Equal(1, code);
        Assert.Empty(output);
        Assert.Contains(folder.Path, errors, StringComparison.Ordinal);
        Assert.Contains($"process {first.ProcessId}", errors, StringComparison.Ordinal);
        Assert.True(first.IsRunning);
        Assert.Empty((await first.Collections.ListAsync(new ListCollectionsRequest(), cancellationToken: Cancel)).Collections);
    }

    [Fact]
    public async Task Serve_PortOfARunningServer_EndsWithThePortInTheMessage()
    {
        using var folder = new TemporaryFolder();
        await using var first = await ServerProcess.StartAsync(folder["one"]);
        await using var second = ServerProcess.Launch(folder["two"], first.Address.Port);
        var (code, output, errors) = await second.WaitAsync(Cancel);

        Assert.Equal(1, code);
        Assert.Empty(output);
        Assert.Contains($"Manifold:Port is {first.Address.Port}", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_KilledAndStartedAgain_TheFolderIsFreeAtOnce()
    {
        using var folder = new TemporaryFolder();
        for (var round = 0; round < 2; round++)
        {
            await using var server = await ServerProcess.StartAsync(folder.Path);
            Assert.Equal(round, (await server.Collections.ListAsync(new ListCollectionsRequest(), cancellationToken: Cancel)).Collections.Count);
            await server.Collections.CreateAsync(new CreateCollectionRequest { Name = $"c{round}", Spaces = { new Space { Dimension = 2 } } }, cancellationToken: Cancel);
            await server.KillAsync();
            var refusal = await Assert.ThrowsAsync<RpcException>(async () => await server.Collections.ListAsync(new ListCollectionsRequest(), cancellationToken: Cancel));
            Assert.Equal(StatusCode.Unavailable, refusal.StatusCode);
        }
    }
}
