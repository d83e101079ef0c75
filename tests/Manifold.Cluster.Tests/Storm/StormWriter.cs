using System.Globalization;
using Grpc.Core;
using Manifold.Protocol.V1;

namespace Manifold.Cluster.Tests;

/// <summary>
/// Writes and deletes items of its own, one batch after the other, by whichever gateway answers, and knows what must be found. A batch that is not answered whole is sent again under its
/// sequence number for a while; then its items may be found as before or as sent.
/// </summary>
internal sealed class StormWriter(string collection, string name, int seed, Gateways gateways)
{
    private const int Ids = 400;
    private const int MaxBatch = 24;
    private const int DeleteOneIn = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20), CallTimeout = TimeSpan.FromSeconds(5), Pause = TimeSpan.FromMilliseconds(20);

    private readonly Random _random = new(seed);
    private readonly Dictionary<string, Fate> _fates = [];
    private long _sequence;
    private long _value;

    /// <summary>Items whose write was acknowledged.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>Items that were given up: their outcome is unknown.</summary>
    public long Unknown { get; private set; }

    /// <summary>Whoever has it keeps the writer from writing.</summary>
    public SemaphoreSlim Turn { get; } = new(1, 1);

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Turn.WaitAsync(CancellationToken.None);
            try
            {
                await WriteOneBatchAsync();
            }
            finally
            {
                Turn.Release();
            }
            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    /// <returns>What was acknowledged and is not there, or is there as something else.</returns>
    public IEnumerable<string> Lost(IReadOnlyDictionary<string, long> found)
    {
        foreach (var (id, fate) in _fates)
        {
            long? value = found.TryGetValue(id, out var there) ? there : null;
            if (!fate.Allows(value))
            {
                yield return $"{id} should hold {fate}, and holds {value?.ToString(CultureInfo.InvariantCulture) ?? "nothing"}";
            }
        }
    }

    public bool Wrote(string id) => _fates.ContainsKey(id);

    private async Task WriteOneBatchAsync()
    {
        var writer = new WriterSequence { Writer = name, Sequence = ++_sequence };
        var ids = Enumerable.Range(0, _random.Next(1, MaxBatch)).Select(_ => $"{name}/{_random.Next(Ids)}").Distinct().ToArray();
        var delete = _random.Next(DeleteOneIn) == 0;
        var values = ids.ToDictionary(id => id, _ => delete ? null : (long?)++_value);
        foreach (var (id, value) in values)
        {
            if (!_fates.TryGetValue(id, out var fate))
            {
                _fates[id] = fate = new Fate();
            }
            fate.Sent(value);
        }
        var deletion = new DeleteRequest { Collection = collection, Ids = { ids }, Writer = writer };
        var upsert = new UpsertRequest { Collection = collection, Items = { ids.Select(id => KillItems.Make(id, values[id] ?? 0)) }, Writer = writer };

        var waiting = ids.ToHashSet(StringComparer.Ordinal);
        for (var until = DateTime.UtcNow + Patience; waiting.Count > 0 && DateTime.UtcNow < until;)
        {
            var channel = gateways.Next(_random);
            try
            {
                var items = new Items.ItemsClient(channel);
                var deadline = DateTime.UtcNow + CallTimeout;
                var response = delete ? await items.DeleteAsync(deletion, deadline: deadline) : await items.UpsertAsync(upsert, deadline: deadline);
                var failed = response.Errors.Select(error => error.Id).ToHashSet(StringComparer.Ordinal);
                foreach (var id in waiting.Where(id => !failed.Contains(id)))
                {
                    _fates[id].Settled(values[id]);
                    Acknowledged++;
                }
                waiting.IntersectWith(failed);
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.ResourceExhausted or StatusCode.Cancelled or StatusCode.Internal)
            {
                gateways.Failed(channel, e);
            }
            if (waiting.Count > 0)
            {
                await Task.Delay(Pause);
            }
        }
        Unknown += waiting.Count;
    }
}
