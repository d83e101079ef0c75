using System.Collections.Concurrent;
using System.Diagnostics;

namespace Manifold.Grains;

/// <summary>
/// Asks replicas for reads and leaders for writes, and is a gateway's patience with both: a read that fails goes to another replica, one that is slow has another asked beside it, and what no
/// replica can answer at the moment is asked again until the caller's time, or <see cref="CoordinatorOptions.RetryFor"/>, is over. Thread-safe.
/// </summary>
public sealed class ReplicaCalls(IGrainFactory grains, CoordinatorOptions options) : IDisposable
{
    private static readonly TimeSpan ShortestBackoff = TimeSpan.FromMilliseconds(50), LongestBackoff = TimeSpan.FromMilliseconds(500);

    /// <summary>A replica that failed, or had to be overtaken, is asked last for so long: about what finding out that its silo is gone takes.</summary>
    private static readonly TimeSpan SuspectFor = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<string, long> _suspects = new(StringComparer.Ordinal);
    private readonly ReplicaCallCounters _counters = new();
    private double _averageSeconds;

    /// <summary>Asks one replica of a shard, or more.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="shard">The shard's number.</param>
    /// <param name="rank">The rank to ask first; <c>null</c>: any.</param>
    /// <param name="isLeaderOnly">Whether only the leader will do.</param>
    /// <param name="ask">The question, with a token that ends it once another has answered.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <returns>The first answer, and whose it is.</returns>
    /// <exception cref="ManifoldException">What the last replica said, when none could answer.</exception>
    public async Task<(T Answer, int Rank)> AskAsync<T>(
        CollectionInfo collection, int shard, int? rank, bool isLeaderOnly, Func<IShardGrain, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var backoff = ShortestBackoff;
        while (true)
        {
            var ranks = isLeaderOnly ? [0] : Order(collection, shard, rank);
            try
            {
                return await AskOnceAsync(collection, shard, ranks, ask, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                var error = ErrorTranslation.Translate(e);
                if (!IsWorthRepeating(collection, e, error) || Stopwatch.GetElapsedTime(started) + backoff >= options.RetryFor)
                {
                    throw error;
                }
            }
            await Task.Delay(backoff, cancellationToken);
            _counters.ReadRetried();
            backoff = Next(backoff);
        }
    }

    /// <summary>Asks a shard's leader to write. What is written is the same each time, and a repetition of the same batch changes nothing.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="shard">The shard's number.</param>
    /// <param name="write">The write.</param>
    /// <param name="cancellationToken">The caller's patience: nothing is sent after it.</param>
    /// <exception cref="ManifoldException">What the leader said last.</exception>
    public async Task<T> WriteAsync<T>(CollectionInfo collection, int shard, Func<IShardGrain, Task<T>> write, CancellationToken cancellationToken)
    {
        var grain = grains.GetGrain<IShardGrain>(ShardKey.Format(collection.Id, shard));
        var started = Stopwatch.GetTimestamp();
        var backoff = ShortestBackoff;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return await write(grain);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                var error = ErrorTranslation.Translate(e);
                if (!IsWorthRepeating(collection, e, error) || Stopwatch.GetElapsedTime(started) + backoff >= options.RetryFor)
                {
                    throw error;
                }
            }
            await Task.Delay(backoff, cancellationToken);
            _counters.WriteRetried();
            backoff = Next(backoff);
        }
    }

    /// <summary>Ends what it tells of itself; calls go on.</summary>
    public void Dispose() => _counters.Dispose();

    /// <summary>
    /// Whether another silo may do what this one could not: always where there are other replicas; where there is one, only if the call never came to it.
    /// </summary>
    private static bool IsWorthRepeating(CollectionInfo collection, Exception exception, ManifoldException error) =>
        error.Kind == ErrorKind.Unavailable && (collection.ReplicaCount > 1 || exception is OrleansMessageRejectionException or SiloUnavailableException);

    private static TimeSpan Next(TimeSpan backoff) => backoff * 2 < LongestBackoff ? backoff * 2 : LongestBackoff;

    /// <summary>All ranks: the wanted one first, then those that are not suspected, in an order of their own for each call.</summary>
    private int[] Order(CollectionInfo collection, int shard, int? wanted)
    {
        var ranks = new int[collection.ReplicaCount];
        var first = wanted ?? Random.Shared.Next(ranks.Length);
        for (var i = 0; i < ranks.Length; i++)
        {
            ranks[i] = (first + i) % ranks.Length;
        }
        return _suspects.IsEmpty ? ranks : [.. ranks.OrderBy(rank => IsSuspect(ShardKey.Format(collection.Id, shard, rank)))];
    }

    private bool IsSuspect(string key)
    {
        if (!_suspects.TryGetValue(key, out var since))
        {
            return false;
        }
        if (Stopwatch.GetElapsedTime(since) < SuspectFor)
        {
            return true;
        }
        _suspects.TryRemove(KeyValuePair.Create(key, since));
        return false;
    }

    private async Task<(T Answer, int Rank)> AskOnceAsync<T>(
        CollectionInfo collection, int shard, int[] ranks, Func<IShardGrain, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        if (ranks.Length == 1)
        {
            return (await ask(grains.GetGrain<IShardGrain>(ShardKey.Format(collection.Id, shard, ranks[0])), cancellationToken), ranks[0]);
        }
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var underWay = new List<(Task<T> Call, string Key, int Rank, long Started, bool IsHedge)>();
        var next = 0;
        ManifoldException? last = null;
        try
        {
            Start(isHedge: false);
            while (true)
            {
                var finished = Task.WhenAny(underWay.Select(call => call.Call));
                if (next < ranks.Length)
                {
                    var patience = TimeSpan.FromSeconds(Math.Max(options.HedgeAfter.TotalSeconds, 3 * Volatile.Read(ref _averageSeconds)));
                    if (await Task.WhenAny(finished, Task.Delay(patience, answered.Token)) != finished)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        Suspect(underWay[^1].Key);
                        _counters.Hedged();
                        Start(isHedge: true);
                        continue;
                    }
                }
                var first = await finished;
                var place = underWay.FindIndex(call => call.Call == first);
                var (_, key, rank, started, isHedge) = underWay[place];
                underWay.RemoveAt(place);
                try
                {
                    var answer = await first;
                    var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
                    if (isHedge)
                    {
                        _counters.HedgeWon();
                    }
                    Volatile.Write(ref _averageSeconds, (0.95 * Volatile.Read(ref _averageSeconds)) + (0.05 * seconds));
                    return (answer, rank);
                }
                catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
                {
                    // A damaged replica is another's to make up for; what is wrong with the question is wrong everywhere.
                    last = ErrorTranslation.Translate(e);
                    if (last.Kind is not (ErrorKind.Unavailable or ErrorKind.DataLoss))
                    {
                        throw last;
                    }
                    Suspect(key);
                }
                if (next < ranks.Length)
                {
                    _counters.FailedOver();
                    Start(isHedge: false);
                }
                else if (underWay.Count == 0)
                {
                    throw last;
                }
            }
        }
        finally
        {
            // The slower ones are told that nobody waits for them.
            await answered.CancelAsync();
            foreach (var (call, _, _, _, _) in underWay)
            {
                call.Ignore();
            }
        }

        void Start(bool isHedge)
        {
            var key = ShardKey.Format(collection.Id, shard, ranks[next]);
            underWay.Add((ask(grains.GetGrain<IShardGrain>(key), answered.Token), key, ranks[next], Stopwatch.GetTimestamp(), isHedge));
            next++;
        }

        void Suspect(string key) => _suspects[key] = Stopwatch.GetTimestamp();
    }
}
