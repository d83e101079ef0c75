using Grpc.Core;
using Manifold.Protocol.V1;

namespace Manifold.Cluster.Tests;

/// <summary>A disk that runs full while a server writes to it.</summary>
public sealed class FullDiskTests(ITestOutputHelper output)
{
    private const int Dimension = 1024;
    private const int BallastBytes = 8 << 20;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ingest_DiskRunsFull_UnavailableUntilThereIsSpaceAndNothingAcknowledgedIsLost()
    {
        var (mounted, reason) = await SmallDisk.TryMountAsync(24, Cancel);
        Assert.SkipWhen(mounted is null, reason);
        await using var disk = mounted;
        var ballast = Path.Combine(disk.Path, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[BallastBytes], Cancel);
        var data = Path.Combine(disk.Path, "data");
        var acknowledged = new HashSet<string>();
        (string, string)[] settings = [("Manifold:Shards:SealAfterBytes", "2097152"), ("Manifold:Shards:SealRetryAfter", "00:00:00.200")];
        await using (var server = await ServerProcess.StartAsync(data, settings))
        {
            var space = new Space { Dimension = Dimension, Metric = Metric.InnerProduct };
            await server.Collections.CreateAsync(new CreateCollectionRequest { Name = "things", Spaces = { space } }, cancellationToken: Cancel);
            var refusal = await WriteUntilRefusedAsync(server, acknowledged);
            output.WriteLine($"{acknowledged.Count} items, then: {refusal.Status.Detail}");
            Assert.Equal(StatusCode.Unavailable, refusal.StatusCode);
            Assert.Contains("No space left on device", refusal.Status.Detail, StringComparison.Ordinal);
            Assert.Contains(data, refusal.Status.Detail, StringComparison.Ordinal);

            // It stays up: searches answer with what was acknowledged, and whatever needs room is refused with words.
            await AssertFoundAsync(server, acknowledged);
            var filler = Path.Combine(disk.Path, "filler");
            await FillUntilRefusedAsync(server, filler, acknowledged);
            await AssertFoundAsync(server, acknowledged);
            var catalog = await Assert.ThrowsAsync<RpcException>(
                async () => await server.Collections.CreateAsync(new CreateCollectionRequest { Name = "more", Spaces = { space } }, cancellationToken: Cancel));
            Assert.Equal(StatusCode.Unavailable, catalog.StatusCode);
            Assert.Contains("No space left on device", catalog.Status.Detail, StringComparison.Ordinal);

            File.Delete(filler);
            File.Delete(ballast);
            await WriteUntilTakenAsync(server, "after");
            acknowledged.Add("after");
            await AssertFoundAsync(server, acknowledged);
            await server.KillAsync();
        }

        await using var next = await ServerProcess.StartAsync(data, settings);
        await AssertFoundAsync(next, acknowledged);
        await WriteAsync(next, "after the restart");
    }

    private static async Task<RpcException> WriteUntilRefusedAsync(ServerProcess server, HashSet<string> acknowledged)
    {
        try
        {
            while (true)
            {
                var ids = Enumerable.Range(acknowledged.Count, 25).Select(i => $"i{i}").ToArray();
                await WriteAsync(server, ids);
                acknowledged.UnionWith(ids);
            }
        }
        catch (RpcException e)
        {
            return e;
        }
    }

    /// <summary>Takes what room is left, until not even one item is written: what a torn write leaves is given back when the shard is opened again.</summary>
    private static async Task FillUntilRefusedAsync(ServerProcess server, string filler, HashSet<string> acknowledged)
    {
        for (var i = 0; ; i++)
        {
            Fill(filler);
            var id = $"single {i}";
            try
            {
                await WriteAsync(server, id);
                acknowledged.Add(id);
            }
            catch (RpcException e)
            {
                Assert.Equal(StatusCode.Unavailable, e.StatusCode);
                Assert.Contains("No space left on device", e.Status.Detail, StringComparison.Ordinal);
                return;
            }
        }
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                file.Write(new byte[4096]);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private static async Task WriteUntilTakenAsync(ServerProcess server, string id)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                await WriteAsync(server, id);
                return;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
            {
                // As the retry hint asks for, only sooner.
                await Task.Delay(100, limit.Token);
            }
        }
    }

    private static async Task WriteAsync(ServerProcess server, params IEnumerable<string> ids)
    {
        var request = new UpsertRequest { Collection = "things" };
        request.Items.AddRange(ids.Select(id => new ItemInput { Item = new Item { Id = id, Vectors = { ["default"] = VectorOf(id) } } }));
        await server.Items.UpsertAsync(request, cancellationToken: Cancel);
    }

    /// <summary>All that was acknowledged is there; besides it only what was sent and refused, whose outcome is unknown.</summary>
    private static async Task AssertFoundAsync(ServerProcess server, HashSet<string> acknowledged)
    {
        var found = new List<string>();
        var after = "";
        do
        {
            var page = await server.Items.ScrollAsync(new ScrollRequest { Collection = "things", Limit = 1000, After = after }, cancellationToken: Cancel);
            found.AddRange(page.Items.Select(i => i.Id));
            after = page.Next;
        }
        while (after.Length > 0);
        Assert.Empty(acknowledged.Except(found));
        Assert.Equal(found.Count, found.Distinct().Count());

        var one = acknowledged.First();
        var query = new QueryRequest { Collection = "things", Parts = { new QueryPart { Vector = VectorOf(one) } }, Limit = found.Count };
        var hits = (await server.Search.QueryAsync(query, cancellationToken: Cancel)).Hits;
        Assert.Equal(found.Order(StringComparer.Ordinal), hits.Select(h => h.Item.Id).Order(StringComparer.Ordinal));
    }

    private static Vector VectorOf(string id)
    {
        var random = new Random(id.Aggregate(17, (hash, c) => unchecked((hash * 31) + c)));
        return new Vector { Values = { Enumerable.Range(0, Dimension).Select(_ => random.NextSingle()) } };
    }
}
