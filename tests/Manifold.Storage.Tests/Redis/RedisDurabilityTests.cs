using static Manifold.Storage.Tests.LogScenario;

namespace Manifold.Storage.Tests;

public sealed class RedisDurabilityTests(SharedRedis redis)
{
    [Fact]
    public async Task Check_SettingsAsNeeded_FindsNothing()
    {
        await using var provider = new RedisShardLogProvider(redis.Connection, SharedRedis.NewOptions());
        Assert.Empty(await provider.CheckDurabilityAsync(Cancel));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Check_EverySettingDiffers_NamesEachWithItsValueAndWhatItMustBe(bool assumeDurable)
    {
        await using var server = await RedisServer.StartAsync(
            "--appendonly", "no", "--appendfsync", "everysec", "--no-appendfsync-on-rewrite", "yes", "--maxmemory-policy", "allkeys-lru");
        await using var connection = await server.ConnectAsync();
        await using var provider = new RedisShardLogProvider(connection, new RedisLogOptions { AssumeDurable = assumeDurable });
        var differences = await provider.CheckDurabilityAsync(Cancel);
        Assert.Equal(["appendonly", "appendfsync", "no-appendfsync-on-rewrite", "maxmemory-policy"], differences.Select(difference => difference.Setting));
        Assert.Equal(["no", "everysec", "yes", "allkeys-lru"], differences.Select(difference => difference.Value));
        Assert.Equal(["yes", "always", "no", "noeviction"], differences.Select(difference => difference.Required));
        Assert.StartsWith($"redis at {server.Endpoint}: appendfsync is 'everysec' and must be 'always'", differences[1].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--rename-command", "CONFIG", "")]
    [InlineData("--user", "default on nopass ~* &* +@all -config")]
    public async Task Check_ConfigForbidden_SaysSoUnlessItMayBeAssumed(params string[] settings)
    {
        await using var server = await RedisServer.StartAsync([.. settings.SelectMany(setting => setting.Split(' '))]);
        await using var connection = await server.ConnectAsync();
        var differences = await RedisDurability.CheckAsync(connection, assumeDurable: false, Cancel);
        Assert.Equal(4, differences.Count);
        Assert.All(differences, difference =>
        {
            Assert.Null(difference.Value);
            Assert.Contains($"{difference.Setting} cannot be read", difference.Message, StringComparison.Ordinal);
            Assert.Contains("AssumeDurable", difference.Message, StringComparison.Ordinal);
        });
        Assert.Empty(await RedisDurability.CheckAsync(connection, assumeDurable: true, Cancel));
    }
}
