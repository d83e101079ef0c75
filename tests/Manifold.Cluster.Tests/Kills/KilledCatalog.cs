using Grpc.Core;
using Manifold.Protocol.V1;

namespace Manifold.Cluster.Tests;

/// <summary>Creates collections with one item each, and drops the oldest, until the server is gone; knows which must be found.</summary>
internal sealed class KilledCatalog
{
    private const int Alive = 6;

    /// <summary>By name, what may be found: the item's value, 0 for no item, <c>null</c> for no collection.</summary>
    private readonly Dictionary<string, Fate> _fates = [];
    private readonly Queue<string> _alive = new();
    private int _created;

    public async Task RunAsync(ServerProcess server, Action acknowledged, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await CreateAsync(server, $"extra-{++_created}", cancellationToken);
                acknowledged();
                while (_alive.Count > Alive)
                {
                    await DropAsync(server, _alive.Dequeue(), cancellationToken);
                    acknowledged();
                }
            }
        }
        catch (RpcException) when (server.IsKilled)
        {
            // What became of the last call is seen after the restart.
        }
    }

    public bool Knows(string name) => _fates.ContainsKey(name);

    /// <summary>Checks what a restarted server holds, and takes it as settled.</summary>
    /// <param name="found">The items of each collection that it lists.</param>
    public void Verify(IReadOnlyDictionary<string, Dictionary<string, long>> found)
    {
        foreach (var (name, fate) in _fates)
        {
            long? value = found.TryGetValue(name, out var items) ? items.GetValueOrDefault("it") : null;
            Assert.True(fate.Allows(value), $"collection {name} should hold {fate}, and holds {value?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "nothing"}");
            fate.Settled(value);
        }

        // A collection whose creation or drop was not answered goes on from what was found.
        _alive.Clear();
        foreach (var (name, fate) in _fates.ToArray())
        {
            if (fate.Allows(null))
            {
                _fates.Remove(name);
            }
            else
            {
                _alive.Enqueue(name);
            }
        }
    }

    private async Task CreateAsync(ServerProcess server, string name, CancellationToken cancellationToken)
    {
        var fate = _fates[name] = new Fate();
        fate.Sent(0);
        var space = new Space { Dimension = KillItems.Dimension, Metric = Metric.InnerProduct };
        await server.Collections.CreateAsync(new CreateCollectionRequest { Name = name, Spaces = { space } }, cancellationToken: cancellationToken);
        fate.Settled(0);
        _alive.Enqueue(name);

        fate.Sent(_created);
        await server.Items.UpsertAsync(new UpsertRequest { Collection = name, Items = { KillItems.Make("it", _created) } }, cancellationToken: cancellationToken);
        fate.Settled(_created);
    }

    private async Task DropAsync(ServerProcess server, string name, CancellationToken cancellationToken)
    {
        _fates[name].Sent(null);
        await server.Collections.DropAsync(new DropCollectionRequest { Name = name }, cancellationToken: cancellationToken);
        _fates[name].Settled(null);
    }
}
