using System.Diagnostics;
using Grpc.Core;
using Manifold.Protocol.V1;

namespace Manifold.Cluster.Tests;

/// <summary>Searches at a steady rate. A search succeeds when it is answered by all shards within its deadline, tries included.</summary>
internal sealed class StormSearcher(string collection, int seed, Gateways gateways, TimeSpan interval, Action<string> report)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    private readonly Random _random = new(seed);
    private string _last = "";

    /// <summary>When each search began, how long it took, and whether it succeeded.</summary>
    public List<(long Started, double Seconds, bool Succeeded)> Searches { get; } = [];

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var started = Stopwatch.GetTimestamp();
            var succeeded = await SearchAsync();
            if (!succeeded)
            {
                report($"a search failed after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s: {_last}");
            }
            Searches.Add((started, Stopwatch.GetElapsedTime(started).TotalSeconds, succeeded));
            var left = interval - Stopwatch.GetElapsedTime(started);
            if (left > TimeSpan.Zero)
            {
                await Task.Delay(left, CancellationToken.None);
            }
        }
    }

    private async Task<bool> SearchAsync()
    {
        var query = new QueryRequest
        {
            Collection = collection,
            Parts = { new QueryPart { Vector = new Vector { Values = { Enumerable.Range(0, KillItems.Dimension).Select(_ => (float)_random.NextDouble()) } } } },
            Limit = 10,
        };
        for (var deadline = DateTime.UtcNow + Deadline; DateTime.UtcNow < deadline;)
        {
            var channel = gateways.Next(_random);
            try
            {
                var response = await new Search.SearchClient(channel).QueryAsync(query, deadline: deadline);
                return response.ShardsAnswered == response.ShardsTotal;
            }
            catch (RpcException e)
            {
                gateways.Failed(channel, e);
                _last = $"{e.Status} at {channel.Target}";
                if (e.StatusCode is not (StatusCode.Unavailable or StatusCode.ResourceExhausted or StatusCode.Internal or StatusCode.Cancelled))
                {
                    return false;
                }
                await Task.Delay(20);
            }
        }
        return false;
    }
}
