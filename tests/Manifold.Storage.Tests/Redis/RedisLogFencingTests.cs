using System.Text;
using static Manifold.Storage.Tests.LogScenario;

namespace Manifold.Storage.Tests;

public sealed class RedisLogFencingTests(SharedRedis redis) : ShardLogFencingContract
{
    private protected override IShardLogProvider NewMedium() => RedisLogContractTests.Create(redis);

    [Fact]
    public async Task TakeLead_SixHundredAppendsOfAnotherHandleInFlight_APrefixIsWrittenAndTheRestRefused()
    {
        await using var provider = NewMedium();
        var old = await provider.OpenAsync(Shard, Cancel);
        var next = await provider.OpenAsync(Shard, Cancel);
        var lead = await old.TakeLeadAsync(Cancel);
        var appends = Enumerable.Range(1, 600).Select(position => old.AppendAtAsync(lead.Epoch, position)).ToArray();
        await appends[10];
        var taken = await next.TakeLeadAsync(Cancel);
        var written = 0L;
        foreach (var append in appends)
        {
            try
            {
                await append;
                Assert.True(append == appends[written++], "only a prefix is written");
            }
            catch (FencedException)
            {
            }
        }
        Assert.Equal(taken.LastPosition, written);
        AssertRecords(await next.ReadAllAsync(1), 1, written);
    }

    [Fact]
    public async Task Append_LogDeletedAndMadeAnew_TheOldLeaderOfTheSameEpochIsFenced()
    {
        await using var provider = NewMedium();
        var old = await provider.OpenAsync(Shard, Cancel);
        var lead = await old.TakeLeadAsync(Cancel);
        await old.AppendAsync(lead, 5);
        await provider.DeleteAsync(Shard, Cancel);
        await using var again = await provider.OpenAsync(Shard, Cancel);
        Assert.Equal(new LogLead(0, 1, 0, 0), await again.GetEndAsync(Cancel));
        var fresh = await again.TakeLeadAsync(Cancel);
        Assert.Equal(lead.Epoch, fresh.Epoch);
        await again.AppendAsync(fresh, 5);
        await Assert.ThrowsAsync<FencedException>(() => old.TruncateAsync(lead.Epoch, 5, Cancel));
        await Assert.ThrowsAsync<FencedException>(() => old.AppendAtAsync(lead.Epoch, 6));
        AssertRecords(await again.ReadAllAsync(1), 1, 5);
    }

    [Fact]
    public async Task Append_LogDeleted_FailsAndSaysSo()
    {
        await using var provider = NewMedium();
        await using var log = await provider.OpenAsync(Shard, Cancel);
        var lead = await log.TakeLeadAsync(Cancel);
        await log.AppendAsync(lead, 5);
        await provider.DeleteAsync(Shard, Cancel);
        var error = await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendAtAsync(lead.Epoch, 6));
        Assert.Contains("is gone", error.Message, StringComparison.Ordinal);
        Assert.Equal(new LogLead(1, 1, 0, 0), await log.TakeLeadAsync(Cancel));
    }

    [Fact]
    public async Task Append_RedisCameBackShorter_FailsAndTheNextLeadShowsTheRealEnd()
    {
        var options = SharedRedis.NewOptions();
        await using var provider = new RedisShardLogProvider(redis.Connection, options);
        await using var log = await provider.OpenAsync(Shard, Cancel);
        var lead = await log.TakeLeadAsync(Cancel);
        var checksums = await log.AppendAsync(lead, 5);
        // What a server that does not flush each write may do when it is killed.
        var keys = new RedisLogKeys(options.KeyPrefix, Shard);
        await redis.ByHand.StreamDeleteAsync(keys.Stream, ["4-0", "5-0"]);
        await redis.ByHand.HashSetAsync(keys.Meta, [new("last", 3), new("sum", BitConverter.GetBytes(checksums[2]))]);
        var error = await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendAtAsync(lead.Epoch, 6));
        Assert.Contains("the log ends at position 3", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendAtAsync(lead.Epoch, 7));
        Assert.Equal(new LogLead(2, 1, 3, checksums[2]), await log.TakeLeadAsync(Cancel));
    }

    [Fact]
    public async Task Append_AnotherRecordAtItsPosition_IsCorruption()
    {
        var options = SharedRedis.NewOptions();
        await using var provider = new RedisShardLogProvider(redis.Connection, options);
        await using var log = await provider.OpenAsync(Shard, Cancel);
        var lead = await log.TakeLeadAsync(Cancel);
        await log.AppendAsync(lead, 5);
        var keys = new RedisLogKeys(options.KeyPrefix, Shard);
        var (id, sum) = ((byte[])(await redis.ByHand.HashGetAsync(keys.Meta, "id"))!, new byte[8]);
        await redis.ByHand.ScriptEvaluateAsync(RedisLogScripts.Append, keys.Both, [1, id, 5, 6, Guid.NewGuid().ToByteArray(), sum, 9999, Encoding.ASCII.GetBytes("of nobody")]);
        var error = await Assert.ThrowsAsync<CorruptLogException>(() => log.AppendAtAsync(lead.Epoch, 6));
        Assert.Contains($"'{keys.StreamName}': entry 6-0 is another record", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Append_OutcomeUnknownButStoredUnderItsBatchId_Succeeds()
    {
        var options = SharedRedis.NewOptions();
        await using var provider = new RedisShardLogProvider(redis.Connection, options);
        await using var log = await provider.OpenAsync(Shard, Cancel);
        var lead = await log.TakeLeadAsync(Cancel);
        var checksums = await log.AppendAsync(lead, 5);
        // The same append has reached Redis before: as if its answer had been lost.
        var keys = new RedisLogKeys(options.KeyPrefix, Shard);
        var id = (byte[])(await redis.ByHand.HashGetAsync(keys.Meta, "id"))!;
        var sum = RunningChecksum.Next(checksums[4], 1, 6, BatchId(6), RunningChecksum.OfPayload(Payload(6)));
        await redis.ByHand.ScriptEvaluateAsync(
            RedisLogScripts.Append, keys.Both, [1, id, 5, 6, BatchId(6).ToByteArray(bigEndian: true), BitConverter.GetBytes(sum), 9999, Payload(6)]);
        Assert.Equal(sum, await log.AppendAtAsync(lead.Epoch, 6));
        AssertRecords(await log.ReadAllAsync(1), 1, 6);
        Assert.Equal(new LogLead(2, 1, 6, sum), await log.TakeLeadAsync(Cancel));
    }
}
