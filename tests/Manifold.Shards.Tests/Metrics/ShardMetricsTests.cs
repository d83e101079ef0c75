using Manifold.Index;
using Manifold.Storage.Tests;

namespace Manifold.Shards.Tests;

/// <summary>What shards record of writes, searches and segments, and what their gauges say while they are open.</summary>
public sealed class ShardMetricsTests : IAsyncLifetime
{
    private static readonly ShardOptions Small = new() { SealAfterBytes = 4096, SealRetryAfter = TimeSpan.FromMilliseconds(20), MaintenanceInterval = TimeSpan.FromMilliseconds(20) };

    private readonly ShardFolder _folder = new();
    private readonly Measurements _measurements = new();
    private readonly ShardDefinition _definition = ShardFolder.Definition with { Collection = $"c-{Guid.NewGuid():N}" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Tag => $"collection={_definition.Collection}";

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _measurements.Dispose();
        return _folder.DisposeAsync();
    }

    [Fact]
    public void Collection_ThatIsNotNamed_IsTheKeysFirstPart() => Assert.Equal("things.0a1b2c3d", ShardFolder.Definition.Collection);

    [Fact]
    public async Task Writes_AreCountedByWhatBecameOfThem_AndTimedUntilDurableAndApplied()
    {
        await using var engine = await OpenAsync(new ShardOptions());
        Assert.Equal([1], Of("manifold.shards.leaderships", "how=opened"));
        await engine.WriteAsync(ShardFolder.Batch("w", 2, ("a", 1)), Acknowledgement.Applied, Token);
        await engine.WriteAsync(ShardFolder.Batch("w", 2, ("a", 1)), Acknowledgement.Applied, Token);
        await Assert.ThrowsAsync<StaleWriteException>(() => engine.WriteAsync(ShardFolder.Batch("w", 1, ("a", 0)), Acknowledgement.Applied, Token));
        await Assert.ThrowsAsync<StaleWriteException>(() => engine.WriteAsync(ShardFolder.Batch("w", 2, ("b", 0)), Acknowledgement.Applied, Token));

        Assert.Equal([1], Of("manifold.shards.write.batches", "outcome=taken"));
        Assert.Equal([1], Of("manifold.shards.write.batches", "outcome=repeated"));
        Assert.Equal([1, 1], Of("manifold.shards.write.batches", "outcome=stale"));
        await Eventually.HoldsAsync(() => Of("manifold.shards.write.duration", "until=durable").Count == 1);
        Assert.All(Of("manifold.shards.write.duration", "until=durable"), seconds => Assert.InRange(seconds, 1e-9, 60));
        Assert.InRange(Assert.Single(Of("manifold.shards.write.duration", "until=applied")), 1e-9, 60);
        Assert.NotEmpty(_measurements.Of("manifold.log.commit.records", "medium=file"));
        Assert.NotEmpty(_measurements.Of("manifold.log.commit.duration", "medium=file"));
    }

    [Fact]
    public async Task Writes_ThatArePushedBack_SayWhy()
    {
        await using var engine = await OpenAsync(new ShardOptions { MaxPendingBytes = 1 });
        await Eventually.HoldsAsync(async () =>
        {
            // While the first is on its way to the disk the others find the bound reached.
            await Task.WhenAll(Enumerable.Range(0, 20).Select(i => engine.WriteAsync(ShardFolder.Batch(($"{i}", i)), Acknowledgement.Applied, Token))).ContinueWith(_ => { }, TaskScheduler.Default);
            return Of("manifold.shards.write.batches", "outcome=pending_full").Count > 0;
        });
    }

    [Fact]
    public async Task Searches_AreTimedInTheQueueAndInTheirPass_WhichSaysHowManyItAnswered()
    {
        await using var engine = await OpenAsync(new ShardOptions());
        await engine.WriteAsync(ShardFolder.Batch(("a", 1)), Acknowledgement.Applied, Token);
        var threads = new SearchThreads(1);
        using var gate = new ManualResetEventSlim();
        var blocked = threads.RunAsync(() => gate.Wait(TimeSpan.FromMinutes(1)), Token);
        var query = new SearchQuery("default", new float[] { 1, 0, 0, 0 }, 1);
        var together = Enumerable.Range(0, 3).Select(_ => threads.SearchAsync(engine, query, Token)).ToArray();
        gate.Set();
        await Task.WhenAll(together);
        await blocked;

        await Eventually.HoldsAsync(() => Of("manifold.shards.search.run.duration").Count == 1);
        Assert.Equal([3], Of("manifold.shards.search.run.size"));
        Assert.Equal(3, Of("manifold.shards.search.queue.duration").Count);
        Assert.All(Of("manifold.shards.search.queue.duration"), seconds => Assert.InRange(seconds, 1e-9, 60));
    }

    [Fact]
    public async Task Segments_StepsThatSucceedAreTimed_AndThoseThatFailCounted()
    {
        FailingSegmentStore? store = null;
        await using var engine = await ShardEngine.OpenAsync(_definition, _folder.Services(Small, inner => store = new FailingSegmentStore(inner) { Full = true }), Token);

        // From the first look there is something to grow from.
        Assert.Equal(0, Of("manifold.segments.step.failures").Sum());
        Assert.Equal(3, Of("manifold.segments.step.failures").Count);
        var items = 0;
        await FillAsync(() => Of("manifold.segments.step.failures", "step=seal").Sum() > 0);
        Assert.Empty(Of("manifold.segments.step.duration"));
        store!.Full = false;
        foreach (var step in new[] { "seal", "merge", "index" })
        {
            await FillAsync(() => Of("manifold.segments.step.duration", $"step={step}").Count > 0);
        }

        Task FillAsync(Func<bool> until) => Eventually.HoldsAsync(async () =>
        {
            await engine.WriteAsync(ShardFolder.Batch(($"{items}", items++)), Acknowledgement.Applied, Token);
            return until();
        });
    }

    [Fact]
    public async Task Gauges_SayWhatAHostHas_AndGoWithIt()
    {
        await using var host = new ShardHost(_folder.Services(Small));
        var engine = await host.GetForWriteAsync(_definition, Token);
        var items = 0;
        await Eventually.HoldsAsync(async () =>
        {
            await engine.WriteAsync(ShardFolder.Batch(($"{items}", items++)), Acknowledgement.Applied, Token);
            return engine.GetState().Segments > 0;
        });
        Assert.Equal(1, _measurements.Observe("manifold.shards.open", Tag, "role=leader", "state=serving"));
        Assert.Equal(items, _measurements.Observe("manifold.shards.items", Tag, "role=leader"));
        Assert.Equal(items, _measurements.Observe("manifold.shards.position", Tag, "role=leader"));
        Assert.True(_measurements.Observe("manifold.segments.count", Tag, "role=leader") > 0);
        Assert.True(_measurements.Observe("manifold.segments.size", Tag, "role=leader") > Small.SealAfterBytes / 2);
        Assert.NotNull(_measurements.Observe("manifold.segments.growing.rows", Tag, "role=leader"));
        Assert.True(_measurements.Observe("manifold.shards.log.size", Tag) > 0);
        Assert.Equal(0, _measurements.Observe("manifold.shards.log.utilization", Tag));
        Assert.Equal(0, _measurements.Observe("manifold.shards.write.pending", Tag));
        Assert.Null(_measurements.Observe("manifold.replicas.lag", Tag));

        await host.CloseAsync(_definition.Shard, Token);
        Assert.Null(_measurements.Observe("manifold.shards.open", Tag));
        Assert.Null(_measurements.Observe("manifold.segments.count", Tag));
    }

    private IReadOnlyList<double> Of(string name, params string[] tags) => _measurements.Of(name, [Tag, .. tags]);

    private Task<ShardEngine> OpenAsync(ShardOptions options) => ShardEngine.OpenAsync(_definition, _folder.Services(options), Token);
}
