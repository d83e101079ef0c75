using Manifold.Index;
using Manifold.Storage;
using Manifold.Storage.Tests;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Manifold.Shards.Tests;

/// <summary>Two processes' shards over one Redis stream, one store of segments and one of documents: one leads, the other follows.</summary>
public sealed class FollowingTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private static readonly ShardOptions Small = new()
    {
        SealAfterBytes = 4096,
        SealRetryAfter = TimeSpan.FromMilliseconds(20),
        MaintenanceInterval = TimeSpan.FromMilliseconds(20),
        FollowInterval = TimeSpan.FromMilliseconds(20),
        FollowManifestInterval = TimeSpan.FromMilliseconds(50),
    };

    private readonly ShardFolder _folder = new();
    private readonly string _prefix = $"f{Guid.NewGuid():N}";
    private ShardHost _one = null!, _two = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => (_one, _two) = (await OpenHostAsync(), await OpenHostAsync());

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
        await _folder.DisposeAsync();
    }

    [Fact]
    public async Task AFollower_HasWhatItsLeaderWrote_OverSealsAndMerges()
    {
        var expected = new Dictionary<string, float>();
        var leader = await _one.GetForWriteAsync(ShardFolder.Definition, Token);
        await WriteAsync(leader, expected, 0, 20);
        await _two.GetForReadAsync(ShardFolder.Definition, Token);
        await WriteAsync(leader, expected, 20, 600);
        await Eventually.HoldsAsync(async () => (await _folder.ReadManifestAsync()).Segments.Any(entry => entry.Segment.Length > 3 * Small.SealAfterBytes));
        await FollowsAsync(_two, leader, expected);
        Assert.True((await _two.GetForReadAsync(ShardFolder.Definition, Token)).GetState().Segments > 0, "it took over what was sealed");
    }

    [Fact]
    public async Task AFollowerThatTakesTheLead_HasEverythingAcknowledged_AndTheOldLeaderFollowsIt()
    {
        var expected = new Dictionary<string, float>();
        var epoch = 0L;
        for (var round = 0; round < 6; round++)
        {
            var (host, other) = round % 2 == 0 ? (_one, _two) : (_two, _one);
            await host.GetForReadAsync(ShardFolder.Definition, Token);
            var leader = await host.GetForWriteAsync(ShardFolder.Definition, Token);
            Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(leader)));
            await WriteAsync(leader, expected, round * 1000, (round * 1000) + 70);
            Assert.True(leader.GetState().Epoch > epoch);
            epoch = leader.GetState().Epoch;

            // The other learns it at its next write, at the latest.
            var stale = await other.GetForReadAsync(ShardFolder.Definition, Token);
            if (stale.IsLeading)
            {
                await Assert.ThrowsAsync<ShardUnavailableException>(() => stale.WriteAsync(ShardFolder.Batch(("stale", -1)), Acknowledgement.Applied, Token));
            }
            await FollowsAsync(other, leader, expected);
        }
    }

    [Fact]
    public async Task AFollowerThatKnowsOneSpace_LearnsOfAnotherFromTheLog_AndLeadsWithIt()
    {
        var second = new SpaceSchema("second", 2, Metric.L2);
        var leader = await _one.GetForWriteAsync(ShardFolder.Definition, Token);
        await WritePlainAsync(leader, 3);
        await _two.GetForReadAsync(ShardFolder.Definition, Token);
        await leader.SetSchemaAsync(new ShardSchema(1, [.. ShardFolder.Definition.Spaces, second]), Token);
        var batch = new WriteBatchBuilder();
        batch.Upsert(ShardFolder.Item("both", 7) with { Vectors = new Dictionary<string, float[]> { ["default"] = [7, 1, 0, 0], ["second"] = [1, 2] } });
        await leader.WriteAsync(batch.ToArray(), Acknowledgement.Applied, Token, schemaVersion: 1);
        await Eventually.HoldsAsync(async () => CountWith(await _two.GetForReadAsync(ShardFolder.Definition, Token)) == 1);

        // It takes the lead in place, and others that seal it away are followed as well.
        var next = await _two.GetForWriteAsync(ShardFolder.Definition, Token);
        Assert.Equal(1, next.Schema.Version);
        await Assert.ThrowsAsync<ShardSchemaChangedException>(() => next.WriteAsync(ShardFolder.Batch(("stale", 1)), Acknowledgement.Applied, Token, schemaVersion: 0));
        await WritePlainAsync(next, 200);
        await Eventually.HoldsAsync(async () => (await _folder.ReadManifestAsync()).Schema is { Version: 1 });
        await Assert.ThrowsAsync<ShardUnavailableException>(() => leader.WriteAsync(ShardFolder.Batch(("stale", -1)), Acknowledgement.Applied, Token));
        await Eventually.HoldsAsync(async () => await _one.GetForReadAsync(ShardFolder.Definition, Token) is { IsLeading: false, Failure: null } engine && engine.AppliedPosition == next.AppliedPosition);
        Assert.Equal(1, CountWith(await _one.GetForReadAsync(ShardFolder.Definition, Token)));

        static long CountWith(ShardEngine engine)
        {
            using var lease = engine.AcquireView();
            return lease.View.CountWith("second", Token);
        }
    }

    [Fact]
    public async Task WritesUnderWay_WhenTheLeadIsTaken_AreAcknowledgedAndThere_OrNeither()
    {
        for (var round = 0; round < 10; round++)
        {
            var (host, other) = round % 2 == 0 ? (_one, _two) : (_two, _one);
            var leader = await host.GetForWriteAsync(ShardFolder.Definition, Token);
            await other.FollowAsync(ShardFolder.Definition, Token);
            var acknowledged = 0;
            var writing = Task.Run(
                async () =>
                {
                    for (var i = 0; ; i++)
                    {
                        await leader.WriteAsync(ShardFolder.Batch(($"{round}", i)), Acknowledgement.Applied, Token);
                        Volatile.Write(ref acknowledged, i);
                    }
                },
                Token);
            await Eventually.HoldsAsync(() => writing.IsCompleted || Volatile.Read(ref acknowledged) > 20);
            var next = await other.GetForWriteAsync(ShardFolder.Definition, Token);
            await Assert.ThrowsAsync<ShardUnavailableException>(() => writing);
            Assert.InRange(ShardFolder.Read(next)[$"{round}"], acknowledged, acknowledged + 1);
        }
    }

    [Fact]
    public async Task RedisThatComesBackShorter_IsFound_AndTheReplicaNeitherServesNorLeads()
    {
        var leader = await _one.GetForWriteAsync(ShardFolder.Definition, Token);
        await WritePlainAsync(leader, 10);
        await using var hand = await redis.Server.ConnectByHandAsync();
        var database = hand.GetDatabase();
        RedisKey meta = $"{{{_prefix}:{ShardFolder.Definition.Shard}}}:meta", stream = $"{{{_prefix}:{ShardFolder.Definition.Shard}}}:log";
        var before = await database.HashGetAllAsync(meta);
        await WritePlainAsync(leader, 5);
        var follower = await _two.GetForReadAsync(ShardFolder.Definition, Token);
        Assert.Equal(15, follower.AppliedPosition);

        var loss = database.CreateTransaction();
        _ = loss.StreamDeleteAsync(stream, [.. Enumerable.Range(11, 5).Select(i => (RedisValue)$"{i}-0")]);
        _ = loss.KeyDeleteAsync(meta);
        _ = loss.HashSetAsync(meta, before);
        Assert.True(await loss.ExecuteAsync());
        await Eventually.HoldsAsync(() => follower.Failure is not null);
        Assert.Contains("records 11 to 15 are lost", Assert.IsType<ShardCorruptException>(follower.Failure).Message, StringComparison.Ordinal);
        Assert.Throws<ShardCorruptException>(() => follower.AcquireView());
        await Assert.ThrowsAsync<ShardCorruptException>(() => _two.GetForWriteAsync(ShardFolder.Definition, Token));

        // The leader finds it by its next write, and does not lead what is left either.
        await Assert.ThrowsAsync<ShardUnavailableException>(() => leader.WriteAsync(ShardFolder.Batch(("x", 1)), Acknowledgement.Applied, Token));
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => _one.GetForWriteAsync(ShardFolder.Definition, Token));
        Assert.Contains("records 11 to 15 are lost", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnotherLogOfTheSameLength_IsFoundByItsChecksum()
    {
        var leader = await _one.GetForWriteAsync(ShardFolder.Definition, Token);
        await WritePlainAsync(leader, 3);
        var follower = await _two.GetForReadAsync(ShardFolder.Definition, Token);
        var other = $"o{Guid.NewGuid():N}";
        await using (var log = await (await redis.OpenLogsAsync(other)).OpenAsync(ShardFolder.Definition.Shard, Token))
        {
            var lead = await log.TakeLeadAsync(Token);
            for (var position = 1; position <= 3; position++)
            {
                await log.AppendAsync(lead.Epoch, position, Guid.NewGuid(), ShardFolder.Batch(("other", position)));
            }
        }
        await using var hand = await redis.Server.ConnectByHandAsync();
        var exchange = hand.GetDatabase().CreateTransaction();
        foreach (var key in new[] { "meta", "log" })
        {
            _ = exchange.KeyRenameAsync($"{{{other}:{ShardFolder.Definition.Shard}}}:{key}", $"{{{_prefix}:{ShardFolder.Definition.Shard}}}:{key}");
        }
        Assert.True(await exchange.ExecuteAsync());
        await Eventually.HoldsAsync(() => follower.Failure is not null);
        Assert.Contains("it is another log", Assert.IsType<ShardCorruptException>(follower.Failure).Message, StringComparison.Ordinal);
    }

    private async Task<ShardHost> OpenHostAsync() => new(
        new ShardServices(await redis.OpenLogsAsync(_prefix), new FolderSegmentStore(_folder.Segments), _folder.Documents, Small, NullLogger.Instance), isReplicated: true);

    private static async Task WriteAsync(ShardEngine engine, Dictionary<string, float> expected, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            await engine.WriteAsync(ShardFolder.Batch(($"{i}", expected[$"{i}"] = i)), Acknowledgement.Applied, Token);
            if (i % 5 == 4)
            {
                await engine.WriteAsync(ShardFolder.Deletion($"{i - 2}"), Acknowledgement.Applied, Token);
                expected.Remove($"{i - 2}");
            }
        }
    }

    private static async Task WritePlainAsync(ShardEngine engine, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await engine.WriteAsync(ShardFolder.Batch(($"{engine.AppliedPosition}", i)), Acknowledgement.Applied, Token);
        }
    }

    private static async Task FollowsAsync(ShardHost host, ShardEngine leader, Dictionary<string, float> expected)
    {
        await Eventually.HoldsAsync(async () => await host.GetForReadAsync(ShardFolder.Definition, Token) is { IsLeading: false, Failure: null } engine && engine.AppliedPosition == leader.AppliedPosition);
        Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(await host.GetForReadAsync(ShardFolder.Definition, Token))));
    }
}
