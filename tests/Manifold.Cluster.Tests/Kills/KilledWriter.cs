using System.Globalization;
using Grpc.Core;
using Manifold.Protocol.V1;

namespace Manifold.Cluster.Tests;

/// <summary>
/// Writes and deletes items of its own in one collection, one batch after the other, over many lives of the server, and knows what must be found.
/// A batch that was not answered is sent again in the next life under the same sequence number.
/// </summary>
internal sealed class KilledWriter(string collection, string name, int seed)
{
    private const int Ids = 150;
    private const int MaxBatch = 24;
    private const int DeleteOneIn = 8;

    private readonly Random _random = new(seed);
    private readonly Dictionary<string, Fate> _fates = [];
    private long _sequence;
    private long _value;
    private (IReadOnlyDictionary<string, long?> Values, Func<ServerProcess, CancellationToken, Task<WriteResponse>> Send)? _unanswered;
    private (WriteResponse Response, Func<ServerProcess, CancellationToken, Task<WriteResponse>> Send)? _answered;

    public string Collection => collection;

    public string Name => name;

    /// <summary>Writes until the server is gone.</summary>
    public async Task RunAsync(ServerProcess server, Action acknowledged, CancellationToken cancellationToken)
    {
        try
        {
            await RepeatAnsweredAsync(server, cancellationToken);
            while (true)
            {
                var batch = _unanswered ??= Next();
                var response = await batch.Send(server, cancellationToken);
                Assert.Empty(response.Errors);
                foreach (var (id, value) in batch.Values)
                {
                    _fates[id].Settled(value);
                }
                (_answered, _unanswered) = ((response, batch.Send), null);
                acknowledged();
            }
        }
        catch (RpcException) when (server.IsKilled)
        {
            // What became of the last batch is seen after the restart.
        }
    }

    /// <summary>Checks what a restarted server holds of this writer's items, and takes it as settled.</summary>
    public void Verify(IReadOnlyDictionary<string, long> found)
    {
        foreach (var (id, fate) in _fates)
        {
            long? value = found.TryGetValue(id, out var there) ? there : null;
            Assert.True(fate.Allows(value), $"{collection}/{id} should hold {fate}, and holds {value?.ToString(CultureInfo.InvariantCulture) ?? "nothing"}");
            fate.Settled(value);
            if (_unanswered is { } batch && batch.Values.TryGetValue(id, out var open))
            {
                fate.Sent(open);
            }
        }
    }

    public bool Wrote(string id) => _fates.ContainsKey(id);

    /// <summary>The last acknowledged write, sent once more, is answered as before: the server remembers writers over its death.</summary>
    private async Task RepeatAnsweredAsync(ServerProcess server, CancellationToken cancellationToken)
    {
        // An unanswered batch may be in the log already, and is then the newer one of this writer.
        if (_answered is not { } last || _unanswered is not null)
        {
            return;
        }
        Assert.Equal(last.Response.Positions, (await last.Send(server, cancellationToken)).Positions);
    }

    private (IReadOnlyDictionary<string, long?> Values, Func<ServerProcess, CancellationToken, Task<WriteResponse>> Send) Next()
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
        if (delete)
        {
            var deletion = new DeleteRequest { Collection = collection, Ids = { ids }, Writer = writer };
            return (values, async (server, token) => await server.Items.DeleteAsync(deletion, cancellationToken: token));
        }
        var upsert = new UpsertRequest { Collection = collection, Items = { ids.Select(id => KillItems.Make(id, values[id]!.Value)) }, Writer = writer };
        return (values, async (server, token) => await server.Items.UpsertAsync(upsert, cancellationToken: token));
    }
}
