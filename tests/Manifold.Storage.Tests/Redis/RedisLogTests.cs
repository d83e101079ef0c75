using System.Globalization;
using static Manifold.Storage.Tests.LogScenario;

namespace Manifold.Storage.Tests;

public sealed class RedisLogTests(SharedRedis redis)
{
    [Fact]
    public async Task Append_ScriptsForgottenAgainAndAgain_OrderAndRecordsAreKept()
    {
        await using var provider = new RedisShardLogProvider(redis.Connection, SharedRedis.NewOptions());
        await using var log = await provider.OpenAsync(Shard, Cancel);
        var lead = await log.TakeLeadAsync(Cancel);
        using var done = new CancellationTokenSource();
        var flushing = Task.Run(async () =>
        {
            var flushes = 0;
            for (; !done.IsCancellationRequested; flushes++)
                await redis.Server.ScriptFlushAsync();
            return flushes;
        }, Cancel);
        for (var group = 0; group < 100; group++)
            await log.AppendAsync(lead with { LastPosition = group * 40 }, 40);
        await done.CancelAsync();
        Assert.True(await flushing > 0);
        AssertRecords(await log.ReadAllAsync(1), 1, 4000);
        await redis.Server.ScriptFlushAsync();
        await log.TruncateAsync(lead.Epoch, 3990, Cancel);
        await redis.Server.ScriptFlushAsync();
        Assert.Equal(3991, (await log.GetEndAsync(Cancel)).FirstPosition);
        await redis.Server.ScriptFlushAsync();
        Assert.Equal(2, (await log.TakeLeadAsync(Cancel)).Epoch);
    }

    [Fact]
    public async Task Append_BeyondTheByteBound_IsRefusedUntilATruncationMakesRoom()
    {
        var options = SharedRedis.NewOptions() with { MaxLogBytes = 10_000 };
        await using var provider = new RedisShardLogProvider(redis.Connection, options);
        var log = await provider.OpenAsync(Shard, Cancel);
        var lead = await log.TakeLeadAsync(Cancel);
        var appends = Enumerable.Range(1, 9).Select(position => log.AppendAsync(lead.Epoch, position, BatchId(position), new byte[1100])).ToArray();
        var error = await Assert.ThrowsAsync<LogFullException>(() => log.AppendAsync(lead.Epoch, 10, BatchId(10), new byte[1100]));
        Assert.Contains("MaxLogBytes is 10000", error.Message, StringComparison.Ordinal);
        await Task.WhenAll(appends);
        Assert.Equal(9, (await log.GetEndAsync(Cancel)).LastPosition);
        // Smaller ones still fit, under the position that was refused.
        await log.AppendAsync(lead.Epoch, 10, BatchId(10), new byte[100]);
        await Assert.ThrowsAsync<LogFullException>(() => log.AppendAsync(lead.Epoch, 11, BatchId(11), new byte[1]));
        // Another leader finds the bound where this one left it.
        await log.DisposeAsync();
        await using var other = await provider.OpenAsync(Shard, Cancel);
        lead = await other.TakeLeadAsync(Cancel);
        await Assert.ThrowsAsync<LogFullException>(() => other.AppendAsync(lead.Epoch, 11, BatchId(11), new byte[1]));
        await other.TruncateAsync(lead.Epoch, 2, Cancel);
        await Assert.ThrowsAsync<LogFullException>(() => other.AppendAsync(lead.Epoch, 11, BatchId(11), new byte[2201]));
        await other.AppendAsync(lead.Epoch, 11, BatchId(11), new byte[2200]);
        Assert.Equal(9, (await other.ReadAllAsync(3)).Count);
    }

    [Fact]
    public async Task Append_LargeAndEmptyPayloads_ReadBackTheSame()
    {
        await using var provider = new RedisShardLogProvider(redis.Connection, SharedRedis.NewOptions());
        await using var log = await provider.OpenAsync(Shard, Cancel);
        var lead = await log.TakeLeadAsync(Cancel);
        byte[][] payloads = [new byte[5_000_000], [], new byte[700_000], new byte[700_000], [0], []];
        Random.Shared.NextBytes(payloads[0]);
        await Task.WhenAll(payloads.Select((payload, i) => log.AppendAsync(lead.Epoch, i + 1, BatchId(i + 1), payload)));
        var records = await log.ReadAllAsync(1);
        Assert.Equal(payloads, records.Select(record => record.Payload.ToArray()));
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = log.AppendAsync(lead.Epoch, 7, BatchId(7), new byte[RedisLog.MaxPayloadBytes + 1]); });
    }

    [Fact]
    public async Task Truncate_MoreThanOneStep_GivesEverythingBack()
    {
        var options = SharedRedis.NewOptions();
        await using var provider = new RedisShardLogProvider(redis.Connection, options);
        await using var log = await provider.OpenAsync(Shard, Cancel);
        var lead = await log.TakeLeadAsync(Cancel);
        await Task.WhenAll(Enumerable.Range(1, 25_000).Select(position => log.AppendAsync(lead.Epoch, position, Guid.NewGuid(), new byte[8])));
        await log.TruncateAsync(lead.Epoch, 24_999, Cancel);
        var keys = new RedisLogKeys(options.KeyPrefix, Shard);
        Assert.Equal(1, await redis.ByHand.StreamLengthAsync(keys.Stream));
        Assert.Equal(24_999 * 8, (long)await redis.ByHand.HashGetAsync(keys.Meta, "freed"));
        await log.TruncateAsync(lead.Epoch, 24_000, Cancel);
        Assert.Equal(25_000, (await log.GetEndAsync(Cancel)).FirstPosition);
        Assert.Single(await log.ReadAllAsync(25_000));
    }

    [Fact]
    public async Task Open_NobodyEverLed_StoresNothing()
    {
        var options = SharedRedis.NewOptions();
        await using var provider = new RedisShardLogProvider(redis.Connection, options);
        await using var log = await provider.OpenAsync(Shard, Cancel);
        var keys = new RedisLogKeys(options.KeyPrefix, Shard);
        Assert.Equal(0, await redis.ByHand.KeyExistsAsync(keys.Both));
        await provider.DeleteAsync(Shard, Cancel);
        await log.AppendAsync(await log.TakeLeadAsync(Cancel), 1);
        Assert.Equal(2, await redis.ByHand.KeyExistsAsync(keys.Both));
        await provider.DeleteAsync(Shard, Cancel);
        Assert.Equal(0, await redis.ByHand.KeyExistsAsync(keys.Both));
    }

    [Theory]
    [InlineData("manifold", "photos/0", "{manifold:photos/0}:log")]
    [InlineData("a.b", "a}/{b", "{a.b:a}/{b}:log")]
    public void Keys_OfOneShard_ShareTheirHashTag(string prefix, string shard, string stream)
    {
        var keys = new RedisLogKeys(prefix, shard);
        Assert.Equal(stream, keys.StreamName);
        // Redis hashes what is between the first opening brace and the next closing one.
        static string Tag(string? key) => key![(key!.IndexOf('{', StringComparison.Ordinal) + 1)..key.IndexOf('}', StringComparison.Ordinal)];
        Assert.Equal(Tag(keys.Meta), Tag(keys.Stream));
        Assert.NotEmpty(Tag(keys.Meta));
    }

    [Fact]
    public void Options_OutOfRange_AreAllNamed()
    {
        var options = new RedisLogOptions { KeyPrefix = "a:b", MaxLogBytes = 5, PageRecords = 0, PageBytes = 1, SettleTimeout = TimeSpan.FromHours(1) };
        var error = Assert.Throws<ArgumentException>(() => new RedisShardLogProvider(redis.Connection, options));
        foreach (var name in new[] { "KeyPrefix is 'a:b'", "MaxLogBytes is 5", "PageRecords is 0", "PageBytes is 1", "SettleTimeout is 01:00:00" })
            Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stored_FieldsAreAsDocumented()
    {
        var options = SharedRedis.NewOptions();
        await using var provider = new RedisShardLogProvider(redis.Connection, options);
        await using var log = await provider.OpenAsync(Shard, Cancel);
        var lead = await log.TakeLeadAsync(Cancel);
        var checksums = await log.AppendAsync(lead, 3);
        await log.TruncateAsync(lead.Epoch, 1, Cancel);
        var keys = new RedisLogKeys(options.KeyPrefix, Shard);
        var entry = Assert.Single(await redis.ByHand.StreamRangeAsync(keys.Stream, "3-0", "3-0"));
        Assert.Equal(["e", "b", "s", "n", "p"], entry.Values.Select(value => (string)value.Name!));
        Assert.Equal("1", (string?)entry["e"]);
        Assert.Equal(BatchId(3).ToByteArray(bigEndian: true), (byte[]?)entry["b"]);
        Assert.Equal(BitConverter.GetBytes(checksums[2]), (byte[]?)entry["s"]);
        Assert.Equal(Payload(1).Length + Payload(2).Length + Payload(3).Length, (long)entry["n"]);
        Assert.Equal(Payload(3), (byte[]?)entry["p"]);
        var meta = (await redis.ByHand.HashGetAllAsync(keys.Meta)).ToDictionary(field => (string)field.Name!, field => field.Value);
        Assert.Equal(["bytes", "cut-epoch", "cut-sum", "epoch", "first", "freed", "id", "last", "sum"], meta.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((1L, 2L, 3L), ((long)meta["epoch"], (long)meta["first"], (long)meta["last"]));
        Assert.Equal(BitConverter.GetBytes(checksums[0]), (byte[]?)meta["cut-sum"]);
        Assert.Equal(Payload(1).Length.ToString(CultureInfo.InvariantCulture), (string?)meta["freed"]);
    }
}
