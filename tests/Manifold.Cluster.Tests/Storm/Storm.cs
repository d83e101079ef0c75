using System.Diagnostics;
using Grpc.Core;
using Manifold.Protocol.V1;

namespace Manifold.Cluster.Tests;

/// <summary>Writers and searchers on a cluster of real processes to which things happen, and what must hold afterwards: everything acknowledged is there, and nothing that was never sent.</summary>
internal sealed class Storm : IAsyncDisposable
{
    private const string Name = "storm";
    private static readonly TimeSpan BackAfter = TimeSpan.FromSeconds(90);

    private readonly StormOptions _options;
    private readonly Random _random;
    private readonly Gateways _gateways;
    private readonly StormProbes _probes;
    private readonly CancellationTokenSource _stop = new();
    private readonly StormWriter[] _writers;
    private readonly StormSearcher[] _searchers;
    private readonly List<Task> _work = [];
    private readonly List<(long At, double ResumedAfter)> _kills = [];
    private readonly HashSet<SiloProcess> _down = [];
    private readonly long _started = Stopwatch.GetTimestamp();
    private int _evictions;
    private int _killed;
    private int _splits;
    private double _recallBefore;

    private Storm(StormOptions options, ClusterProcesses cluster)
    {
        _options = options;
        Cluster = cluster;
        _random = new Random(options.Seed);
        _gateways = new Gateways(cluster.Gateways.Select(silo => silo.Channel));
        _probes = new StormProbes(Name, _gateways);
        _writers = [.. Enumerable.Range(0, options.Writers).Select(i => new StormWriter(Name, $"writer-{i}", _random.Next(), _gateways))];
        _searchers = [.. Enumerable.Range(0, 2).Select(_ => new StormSearcher(Name, _random.Next(), _gateways, TimeSpan.FromSeconds(2 / options.SearchesPerSecond), options.Report))];
    }

    public ClusterProcesses Cluster { get; }

    public Random Random => _random;

    /// <summary>Starts a cluster with a collection, and the writers and searchers.</summary>
    public static async Task<Storm> StartAsync(StormOptions options, CancellationToken cancellationToken)
    {
        var cluster = await ClusterProcesses.StartAsync(options.ShardSilos, options.Gateways, options.Settings, cancellationToken);
        var storm = new Storm(options, cluster);
        try
        {
            foreach (var silo in cluster.Gateways)
            {
                options.Report($"{silo.Name} is at {silo.Channel.Target}");
            }
            await storm.PrepareAsync(cancellationToken);
        }
        catch (Exception e)
        {
            var log = cluster.Log;
            await storm.DisposeAsync();
            throw new InvalidOperationException($"seed {options.Seed}: {e.Message}\n{log}", e);
        }
        return storm;
    }

    /// <summary>Kills a silo; afterwards it is down until it is started again.</summary>
    public async Task KillAsync(SiloProcess silo)
    {
        _options.Report($"kill {silo.Name}");
        _down.Add(silo);
        _killed++;
        var at = Stopwatch.GetTimestamp();
        await silo.KillAsync();
        if (silo.IsShard)
        {
            var resumed = await _probes.ResumeAsync(at, BackAfter);
            _options.Report($"writes to all shards again after {resumed:0.00} s");
            _kills.Add((at, resumed));
        }
    }

    public async Task StartAgainAsync(SiloProcess silo, CancellationToken cancellationToken)
    {
        await silo.StartAsync(cancellationToken);
        _down.Remove(silo);
        _options.Report($"{silo.Name} is back");
    }

    /// <summary>Stops a silo in order, and starts it again unless told otherwise.</summary>
    public async Task RestartAsync(SiloProcess silo, CancellationToken cancellationToken)
    {
        _options.Report($"restart {silo.Name}");
        _down.Add(silo);
        var code = await silo.StopAsync(cancellationToken);
        Assert.Equal(0, code);
        await StartAgainAsync(silo, cancellationToken);

        // As an orderly restart does: the next one only when this one is well.
        await silo.UntilHealthyAsync(cancellationToken);
        _options.Report($"{silo.Name} is well");
    }

    /// <summary>Stops a silo in order; it does not come back.</summary>
    public async Task LeaveAsync(SiloProcess silo, CancellationToken cancellationToken)
    {
        _options.Report($"leave {silo.Name}");
        _down.Add(silo);
        Assert.Equal(0, await silo.StopAsync(cancellationToken));
    }

    /// <summary>Silos that ended by themselves, which counts, are started again.</summary>
    public async Task LookAfterAsync(CancellationToken cancellationToken)
    {
        foreach (var silo in Cluster.Silos.Where(silo => !silo.IsRunning && !_down.Contains(silo)).ToArray())
        {
            _evictions++;
            _options.Report($"{silo.Name} ended by itself: {silo.Log.Split('\n').LastOrDefault(line => line.Contains("dead", StringComparison.OrdinalIgnoreCase)) ?? silo.Log[^Math.Min(400, silo.Log.Length)..]}");
            await silo.StartAsync(cancellationToken);
        }
    }

    /// <summary>Kill attempts every 5 s with probability 0.3 until the time is over.</summary>
    public async Task RageAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var backs = new List<Task>();
        for (var until = DateTime.UtcNow + time; DateTime.UtcNow < until;)
        {
            await Task.Delay(TimeSpan.FromSeconds(5), cancellationToken);
            await LookAfterAsync(cancellationToken);
            if (_random.NextDouble() >= 0.3)
            {
                continue;
            }
            var victims = Cluster.Silos.Where(silo => silo.IsRunning && (!silo.IsGateway || Cluster.Gateways.Count(g => g.IsRunning) > 1)
                && (!silo.IsShard || Cluster.Shards.All(s => s.IsRunning || _options.Overlap))).ToArray();
            if (victims.Length == 0)
            {
                continue;
            }
            var victim = victims[_random.Next(victims.Length)];
            await KillAsync(victim);
            await Task.Delay(TimeSpan.FromSeconds(_random.NextDouble() * 5), cancellationToken);
            var back = StartAgainAsync(victim, cancellationToken);
            if (_options.Overlap)
            {
                backs.Add(back);
                continue;
            }
            await back;
            await UntilAgreedAsync(cancellationToken);
        }
        await Task.WhenAll(backs);
    }

    /// <summary>Restarts every silo in turn, again and again until the time is over.</summary>
    public async Task RollAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var until = DateTime.UtcNow + time;
        do
        {
            foreach (var silo in Cluster.Silos.ToArray())
            {
                await RestartAsync(silo, cancellationToken);
                await LookAfterAsync(cancellationToken);
            }
        }
        while (DateTime.UtcNow < until);
    }

    /// <summary>Splits the collection's shards, whatever else happens meanwhile.</summary>
    public async Task SplitAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var before = await AskCollectionAsync((collections, deadline) => collections.GetAsync(new GetCollectionRequest { Name = Name }, deadline: deadline, cancellationToken: cancellationToken));
        _options.Report($"split {before.ShardCount} shards");
        for (var now = before; now.Split is null && now.ShardCount == before.ShardCount;)
        {
            now = await AskCollectionAsync((collections, deadline) => collections.SplitAsync(new SplitCollectionRequest { Name = Name }, deadline: deadline, cancellationToken: cancellationToken));
        }
        for (var now = before; now.ShardCount == before.ShardCount || now.Split is not null; await Task.Delay(200, cancellationToken))
        {
            Assert.True(clock.Elapsed < BackAfter, $"the split has not ended after {BackAfter.TotalSeconds} s: {now}");
            now = await AskCollectionAsync((collections, deadline) => collections.GetAsync(new GetCollectionRequest { Name = Name }, deadline: deadline, cancellationToken: cancellationToken));
        }
        _splits++;
        _options.Report($"split into {2 * before.ShardCount} after {clock.Elapsed.TotalSeconds:0.0} s");
        await _probes.FindAsync(2 * before.ShardCount, cancellationToken);
    }

    /// <summary>Splits so often, evenly over a time.</summary>
    public async Task SplitAsync(int times, TimeSpan time, CancellationToken cancellationToken)
    {
        for (var i = 0; i < times; i++)
        {
            await Task.Delay(time / (times + 1), cancellationToken);
            await SplitAsync(cancellationToken);
        }
    }

    /// <summary>Waits, with the writers holding still, until all replicas have the same items.</summary>
    public async Task UntilAgreedAsync(CancellationToken cancellationToken)
    {
        using var still = await HoldWritersAsync();
        for (var until = DateTime.UtcNow + BackAfter; ;)
        {
            try
            {
                if ((await CompareAsync(cancellationToken)).Agree)
                {
                    return;
                }
            }
            catch (RpcException) when (DateTime.UtcNow < until)
            {
                // A part of it is not back yet.
            }
            Assert.True(DateTime.UtcNow < until, $"the replicas do not agree after {BackAfter.TotalSeconds} s");
            await Task.Delay(500, cancellationToken);
        }
    }

    /// <summary>Ends writing and searching, and looks what there is.</summary>
    public async Task<StormReport> FinishAsync(CancellationToken cancellationToken)
    {
        await LookAfterAsync(cancellationToken);
        await _stop.CancelAsync();
        await Task.WhenAll(_work);
        var findings = new List<string>();
        var agree = true;
        try
        {
            await UntilAgreedAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            agree = false;
            findings.Add(e.Message);
            var rows = await CompareAsync(cancellationToken);
            findings.AddRange(rows.Replicas.GroupBy(row => row.Shard).Where(shard => shard.Select(row => (row.Digest, row.Position)).Distinct().Count() > 1 || shard.Any(row => row.Error.Length > 0))
                .SelectMany(shard => shard.Select(row => row.ToString())));
        }

        var found = new Dictionary<string, long>();
        var (phantom, duplicates) = (0, 0);
        await foreach (var (id, value) in ScrollAsync(cancellationToken))
        {
            if (!found.TryAdd(id, value))
            {
                duplicates++;
                findings.Add($"{id} is there twice");
            }
            else if (!_probes.Contains(id) && !_writers.Any(writer => writer.Wrote(id)))
            {
                phantom++;
                findings.Add($"{id} was never sent");
            }
        }
        var lost = _writers.SelectMany(writer => writer.Lost(found)).ToArray();
        findings.AddRange(lost);
        var searches = _searchers.SelectMany(searcher => searcher.Searches).OrderBy(search => search.Started).ToArray();
        var around = searches.Where(search => _kills.Any(kill => Math.Abs(Stopwatch.GetElapsedTime(kill.At, search.Started).TotalSeconds) <= 30)).ToArray();
        var seconds = searches.Select(search => search.Seconds).Order().ToArray();
        var resumes = _kills.Select(kill => kill.ResumedAfter).Order().ToArray();
        return new StormReport
        {
            Seed = _options.Seed,
            Minutes = Stopwatch.GetElapsedTime(_started).TotalMinutes,
            Silos = _options.ShardSilos,
            Replicas = _options.Replicas,
            Acknowledged = _writers.Sum(writer => writer.Acknowledged),
            Unknown = _writers.Sum(writer => writer.Unknown),
            Lost = lost.Length,
            Phantom = phantom,
            Duplicates = duplicates,
            Kills = _killed,
            Evictions = _evictions,
            Splits = _splits,
            Searches = searches.Length,
            SearchSuccess = Share(searches),
            SearchSuccessAroundKills = Share(around),
            SearchSecondsP50 = Quantile(seconds, 0.5),
            SearchSecondsP99 = Quantile(seconds, 0.99),
            WriteResumeSecondsP50 = Quantile(resumes, 0.5),
            WriteResumeSecondsMax = Quantile(resumes, 1),
            RecallBefore = _recallBefore,
            RecallAfter = await RecallAsync(cancellationToken),
            DigestsAgree = agree,
            Findings = findings,
            Refusals = new SortedDictionary<string, int>(_gateways.Failures),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Cluster.DisposeAsync();
        await Task.WhenAll(_work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private Task<ReplicasResponse> CompareAsync(CancellationToken cancellationToken) => _gateways.AskAsync(async channel => await new Manifold.Protocol.V1.Cluster.ClusterClient(channel).ReplicasAsync(
        new ReplicasRequest { Collection = Name }, deadline: DateTime.UtcNow.AddSeconds(60), cancellationToken: cancellationToken));

    private static double Share(IReadOnlyCollection<(long Started, double Seconds, bool Succeeded)> searches) =>
        searches.Count == 0 ? 1 : searches.Count(search => search.Succeeded) / (double)searches.Count;

    private static double Quantile(double[] sorted, double share) => sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var create = new CreateCollectionRequest
        {
            Name = Name,
            Spaces = { new Space { Dimension = KillItems.Dimension, Metric = Metric.InnerProduct } },
            ShardCount = _options.Shards,
            ReplicaCount = _options.Replicas,
        };
        await Cluster.Collections.CreateAsync(create, deadline: DateTime.UtcNow.AddSeconds(30), cancellationToken: cancellationToken);
        await _probes.FindAsync(_options.Shards, cancellationToken);
        foreach (var writer in _writers)
        {
            _work.Add(Task.Run(() => writer.RunAsync(_stop.Token), CancellationToken.None));
        }
        await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);
        using (await HoldWritersAsync())
        {
            _recallBefore = await RecallAsync(cancellationToken);
        }
        foreach (var searcher in _searchers)
        {
            _work.Add(Task.Run(() => searcher.RunAsync(_stop.Token), CancellationToken.None));
        }
    }

    private Task<Collection> AskCollectionAsync(Func<Collections.CollectionsClient, DateTime, AsyncUnaryCall<Collection>> ask) =>
        _gateways.AskAsync(async channel => await ask(new Collections.CollectionsClient(channel), DateTime.UtcNow.AddSeconds(10)));

    private async Task<IDisposable> HoldWritersAsync()
    {
        var held = new List<StormWriter>();
        foreach (var writer in _writers)
        {
            await writer.Turn.WaitAsync();
            held.Add(writer);
        }
        return new Holding(held);
    }

    private async IAsyncEnumerable<(string Id, long Value)> ScrollAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = "";
        do
        {
            var request = new ScrollRequest { Collection = Name, After = after, Limit = 1000, WithVectors = true };
            var page = await _gateways.AskAsync(async channel => await new Items.ItemsClient(channel).ScrollAsync(request, deadline: DateTime.UtcNow.AddSeconds(30), cancellationToken: cancellationToken));
            foreach (var item in page.Items)
            {
                var value = (long)item.Attributes["value"].NumberValue;
                Assert.All(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(item.Vectors["default"].Packed.Span).ToArray(), component => Assert.Equal(value, component));
                yield return (item.Id, value);
            }
            after = page.Next;
        }
        while (after.Length > 0);
    }

    /// <returns>The mean share of the true best ten that searches find.</returns>
    private async Task<double> RecallAsync(CancellationToken cancellationToken)
    {
        var random = new Random(1);
        var recall = 0.0;
        const int Queries = 20;
        for (var i = 0; i < Queries; i++)
        {
            var query = new QueryRequest
            {
                Collection = Name,
                Parts = { new QueryPart { Vector = new Vector { Values = { Enumerable.Range(0, KillItems.Dimension).Select(_ => (float)random.NextDouble() - 0.5f) } } } },
                Limit = 10,
                IdsOnly = true,
                Consistency = Consistency.Leader,
            };
            var found = await AskAsync(query);
            query.Exact = true;
            var best = await AskAsync(query);
            // Many items have one score: any of them is as good.
            recall += found.Count(score => score >= best[^1]) / (double)best.Length / Queries;
        }
        return Math.Round(recall, 6);

        async Task<float[]> AskAsync(QueryRequest query) =>
            [.. (await _gateways.AskAsync(async channel => await new Search.SearchClient(channel).QueryAsync(query, deadline: DateTime.UtcNow.AddSeconds(30), cancellationToken: cancellationToken))).Hits.Select(hit => hit.Score)];
    }

    private sealed class Holding(List<StormWriter> writers) : IDisposable
    {
        public void Dispose() => writers.ForEach(writer => writer.Turn.Release());
    }
}
