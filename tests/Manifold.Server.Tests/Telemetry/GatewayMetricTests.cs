using Manifold.Grains;
using Manifold.Protocol.V1;
using Manifold.Storage.Tests;

namespace Manifold.Server.Tests;

/// <summary>What a gateway records of queries and writes.</summary>
public sealed class GatewayMetricTests(SharedServer shared) : IDisposable
{
    private readonly TestServer _server = shared.Server;
    private readonly Measurements _measurements = new();

    public void Dispose() => _measurements.Dispose();

    [Fact]
    public async Task Queries_AreCountedByKindAndOutcome_AndTimedByPhase()
    {
        var name = await _server.CreateAsync(shards: 2);
        await _server.UpsertAsync(name, Requests.Item("a", 1, 0, 0, 0), Requests.Item("b", 0, 1, 0, 0));
        await _server.QueryAsync(Requests.Query(name, 1, 0, 0, 0));
        await _server.QueryAsync(new QueryRequest { Collection = name, Parts = { new QueryPart { ItemId = "a" } } });
        await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => _server.QueryAsync(Requests.Query(name, 1)));

        // The server notes it once the answer is on its way.
        await Eventually.HoldsAsync(() => Of(name, "manifold.queries.finished").Count == 3);
        Assert.Equal([1], Of(name, "manifold.queries.finished", "kind=vector", "outcome=complete"));
        Assert.Equal([1], Of(name, "manifold.queries.finished", "kind=item", "outcome=complete"));
        Assert.Equal([1], Of(name, "manifold.queries.finished", "kind=vector", "outcome=invalid_argument"));
        Assert.Equal([0, 0, 0], Of(name, "manifold.queries.partial"));
        await Eventually.HoldsAsync(() => Of(name, "manifold.queries.phase.duration", "phase=total").Count == 3);
        foreach (var phase in new[] { QueryPhases.Encode, QueryPhases.FanOut, QueryPhases.Merge, QueryPhases.Fetch })
        {
            Assert.Equal(2, Of(name, "manifold.queries.phase.duration", $"phase={phase}").Count);
        }
        Assert.All(Of(name, "manifold.queries.phase.duration"), seconds => Assert.InRange(seconds, 1e-9, 60));
        Assert.Equal(4, Of(name, "manifold.shards.search.queue.duration").Count);
    }

    [Fact]
    public async Task Queries_OfNoCollection_AreOneSeries_HoweverManyNamesThereAre()
    {
        await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => _server.QueryAsync(Requests.Query("made-up-name", 1)));
        await Eventually.HoldsAsync(() => Of(GrainMetrics.UnknownCollection, "manifold.queries.finished", "outcome=not_found").Count > 0);
        Assert.DoesNotContain(_measurements.All, m => m.Tags.Contains("collection=made-up-name"));
    }

    [Fact]
    public void APartialAnswer_IsOneOfThePartialOnes()
    {
        GrainMetrics.CountQuery("partly", "vector", "partial");
        Assert.Equal([1], Of("partly", "manifold.queries.partial"));
        Assert.Equal([1], Of("partly", "manifold.queries.finished", "kind=vector", "outcome=partial"));
    }

    [Fact]
    public async Task Writes_AreCountedByItemAndBatch_AndTimed()
    {
        var name = await _server.CreateAsync(shards: 2);
        await _server.UpsertAsync(name, Requests.Item("a", 1, 0, 0, 0), Requests.Item("b", 0, 1, 0, 0), Requests.Item("c", 1));
        await _server.DeleteAsync(name, "a");
        await _server.UpdateAttributesAsync(new UpdateAttributesRequest { Collection = name, Updates = { new AttributeUpdate { Id = "b", Set = { ["x"] = Requests.Value(1) } } } });

        Assert.Equal([2], Of(name, "manifold.writes.items", "operation=upsert", "outcome=written"));
        Assert.Equal([1], Of(name, "manifold.writes.items", "operation=upsert", "outcome=invalid_argument"));
        Assert.Equal([1], Of(name, "manifold.writes.batches", "operation=upsert", "outcome=partial"));
        Assert.Equal([1], Of(name, "manifold.writes.batches", "operation=delete", "outcome=complete"));
        Assert.Equal([1], Of(name, "manifold.writes.items", "operation=delete", "outcome=written"));
        Assert.Equal([1], Of(name, "manifold.writes.items", "operation=update", "outcome=written"));
        Assert.Equal(3, Of(name, "manifold.writes.duration").Count);
        Assert.NotEmpty(Of(name, "manifold.shards.write.batches", "outcome=taken"));
    }

    [Fact]
    public async Task Admission_ShowsWhatIsUnderWay_AndCountsWhatItRefuses()
    {
        using var admission = new QueryAdmission(most: 1);
        var before = _measurements.Observe("manifold.queries.refused");
        var active = _measurements.Observe("manifold.queries.active");
        var gate = new TaskCompletionSource<int>();
        var admitted = admission.RunAsync(() => gate.Task);
        await Assert.ThrowsAsync<ManifoldException>(() => admission.RunAsync(() => gate.Task));

        // Other servers of this process count too, and may be asked meanwhile.
        Assert.True(_measurements.Observe("manifold.queries.refused") >= before + 1);
        await Eventually.HoldsAsync(() => _measurements.Observe("manifold.queries.active") >= 1);
        gate.SetResult(1);
        await admitted;
        Assert.NotNull(active);
    }

    private IReadOnlyList<double> Of(string collection, string name, params string[] tags) => _measurements.Of(name, [$"collection={collection}", .. tags]);
}
