namespace Manifold.Storage.Tests;

/// <summary>The contract on Redis, with pages so small that every read takes several.</summary>
public sealed class RedisLogContractTests(SharedRedis redis) : ShardLogContract
{
    private protected override IShardLogProvider NewMedium() => Create(redis);

    internal static RedisShardLogProvider Create(SharedRedis redis) =>
        new(redis.Connection, SharedRedis.NewOptions() with { PageRecords = 7, PageBytes = 4096 });
}
