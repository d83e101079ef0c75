using System.Diagnostics;
using Grpc.Core;
using Manifold.Protocol.V1;

namespace Manifold.Cluster.Tests;

/// <summary>An item in each shard, whose writes tell when that shard takes some again.</summary>
internal sealed class StormProbes(string collection, Gateways gateways)
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30), ProbeTimeout = TimeSpan.FromSeconds(5);

    private string[] _ids = [];

    public bool Contains(string id) => _ids.Contains(id);

    /// <summary>Finds an id of each shard, told by where its write went. Those from before a split stay.</summary>
    public async Task FindAsync(int shards, CancellationToken cancellationToken)
    {
        var byShard = new Dictionary<int, string>();
        for (var i = 0; byShard.Count < shards; i++)
        {
            var id = $"probe/{i}";
            var shard = (await UntilAnsweredAsync(() => WriteAsync(id, CallTimeout))).Positions[0].Shard;
            if (Contains(id))
            {
                byShard[shard] = id;
            }
            else if (!byShard.TryAdd(shard, id))
            {
                await UntilAnsweredAsync(async () => await new Items.ItemsClient(gateways.Next(Random.Shared)).DeleteAsync(
                    new DeleteRequest { Collection = collection, Ids = { id } }, deadline: DateTime.UtcNow + CallTimeout, cancellationToken: cancellationToken));
            }
        }
        _ids = [.. _ids.Union(byShard.Values)];

        async Task<T> UntilAnsweredAsync<T>(Func<Task<T>> ask)
        {
            while (true)
            {
                try
                {
                    return await ask();
                }
                catch (RpcException) when (!cancellationToken.IsCancellationRequested)
                {
                    await Task.Delay(200, cancellationToken);
                }
            }
        }
    }

    /// <returns>Seconds from a moment until every shard has acknowledged a write that began after it.</returns>
    /// <exception cref="RpcException">One has not within the time.</exception>
    public async Task<double> ResumeAsync(long since, TimeSpan within)
    {
        await Task.WhenAll(_ids.Select(async id =>
        {
            for (var until = DateTime.UtcNow + within; ;)
            {
                try
                {
                    await WriteAsync(id, ProbeTimeout);
                    return;
                }
                catch (RpcException) when (DateTime.UtcNow < until)
                {
                    await Task.Delay(20);
                }
            }
        }));
        return Stopwatch.GetElapsedTime(since).TotalSeconds;
    }

    private async Task<WriteResponse> WriteAsync(string id, TimeSpan timeout) => await new Items.ItemsClient(gateways.Next(Random.Shared)).UpsertAsync(
        new UpsertRequest { Collection = collection, Items = { KillItems.Make(id, 1) } }, deadline: DateTime.UtcNow + timeout);
}
