using Grpc.Core;
using Manifold.Protocol.V1;
using Silo = Manifold.Protocol.V1.Silo;

namespace Manifold.FakeServer;

public sealed class FakeCluster(FakeStore store) : Cluster.ClusterBase
{
    public override Task<StatusResponse> Status(StatusRequest request, ServerCallContext context)
    {
        store.ThrowIfAsked();
        return Task.FromResult(new StatusResponse
        {
            Version = "0.0-fake",
            EncoderDevice = "cpu",
            Silos = { new Silo { Name = "one", Address = "127.0.0.1:1", State = "active", Roles = { "shard", "gateway" } } },
            Shards = { store.Collections.Keys.Select(c => new ShardStatus { Collection = c, State = "serving", Items = store.Items.Count, Epoch = 1 }) },
        });
    }
}
