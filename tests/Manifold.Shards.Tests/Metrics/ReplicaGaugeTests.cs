using Manifold.Storage.Tests;

namespace Manifold.Shards.Tests;

/// <summary>What a leader and a follower of one shard say of themselves, over a real Redis.</summary>
public sealed class ReplicaGaugeTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
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
    public async Task AFollower_SaysWhatItLacks_AndHowOldItIs_UntilItLeads()
    {
        // It does not look into the log by itself within this test.
        var options = new ShardOptions { FollowInterval = TimeSpan.FromHours(1) };
        await using var one = await OpenHostAsync(options);
        await using var two = await OpenHostAsync(options);
        var leader = await one.GetForWriteAsync(_definition, Token);
        await leader.WriteAsync(ShardFolder.Batch(("a", 1)), Acknowledgement.Applied, Token);
        var follower = await two.GetForReadAsync(_definition, Token);
        await follower.WaitAppliedAsync(1, Token);
        Assert.Equal(0, _measurements.Observe("manifold.replicas.lag", Tag));
        Assert.True(_measurements.Observe("manifold.shards.log.utilization", Tag) is > 0 and < 0.1, "Redis logs have a bound");
        Assert.Equal(1, _measurements.Observe("manifold.shards.open", Tag, "role=follower", "state=serving"));

        // Stale from the last look on, whether there is something new or not: it cannot know.
        var before = _measurements.Observe("manifold.replicas.staleness", Tag);
        await Eventually.HoldsAsync(() => _measurements.Observe("manifold.replicas.staleness", Tag) > before);

        // Told of what is not in the log, as by a leader that is ahead of what Redis shows: it says so as long as that is so.
        follower.Wake(4);
        Assert.Equal(3, _measurements.Observe("manifold.replicas.lag", Tag));
        for (var i = 0; i < 3; i++)
        {
            await leader.WriteAsync(ShardFolder.Batch(($"{i}", i)), Acknowledgement.Applied, Token);
        }
        follower.Wake(4);
        await follower.WaitAppliedAsync(4, Token);
        Assert.Equal(0, _measurements.Observe("manifold.replicas.lag", Tag));

        await two.GetForWriteAsync(_definition, Token);
        Assert.Equal([1], _measurements.Of("manifold.shards.leaderships", Tag, "how=promoted"));
        Assert.NotEmpty(_measurements.Of("manifold.log.commit.records", "medium=redis"));
    }

    private async Task<ShardHost> OpenHostAsync(ShardOptions options)
    {
        var logs = await redis.OpenLogsAsync("gauges");
        return new ShardHost(_folder.Services(options, logs: _ => logs), isReplicated: true);
    }
}
