using StackExchange.Redis;
using static Manifold.Storage.Tests.LogScenario;

namespace Manifold.Storage.Tests;

public sealed class RedisLogDamageTests(SharedRedis redis)
{
    private readonly RedisLogOptions _options = SharedRedis.NewOptions() with { PageRecords = 4 };

    private RedisLogKeys Keys => new(_options.KeyPrefix, Shard);

    [Theory]
    [InlineData("1-0")]
    [InlineData("5-0")]
    [InlineData("6-0")]
    [InlineData("20-0")]
    public async Task AnyStep_EntryDeleted_NamesStreamAndEntry(string id)
    {
        await WriteAsync(20);
        Assert.Equal(1, await redis.ByHand.StreamDeleteAsync(Keys.Stream, [id]));
        await AssertEveryStepNamesAsync($"entry {id}", alsoReading: true);
    }

    [Theory]
    [InlineData("s", "8 bytes!", "has a running checksum that does not follow")]
    [InlineData("s", "short", "a checksum has 5 bytes, not 8")]
    [InlineData("b", "sixteen bytes!!!", "has a running checksum that does not follow")]
    [InlineData("b", "short", "its batch id has 5 bytes, not 16")]
    [InlineData("p", "other bytes", "has a running checksum that does not follow")]
    [InlineData("e", "7", "has a running checksum that does not follow")]
    [InlineData("e", "0", "has epoch 0 after epoch 1")]
    [InlineData("e", "x", "a number is not one")]
    [InlineData("q", "x", "its fields are not e, b, s, n, p")]
    public async Task Read_EntryChangedByHand_NamesStreamAndEntry(string field, string value, string damage)
    {
        await WriteAsync(20);
        await ReplaceAsync(10, entry => [.. entry.Values.Select(pair => pair.Name == field ? new NameValueEntry(field, value) : pair),
            .. field == "q" ? new NameValueEntry[] { new(field, value) } : []]);
        await using var provider = new RedisShardLogProvider(redis.Connection, _options);
        // As many entries as there must be: only reading finds it.
        await using var log = await provider.OpenAsync(Shard, Cancel);
        var error = await Assert.ThrowsAsync<CorruptLogException>(() => log.ReadAllAsync(1));
        Assert.Contains(Keys.StreamName, error.Message, StringComparison.Ordinal);
        Assert.Contains("entry 10-0", error.Message, StringComparison.Ordinal);
        Assert.Contains(damage, error.Message, StringComparison.Ordinal);

        // What is behind it is read from the entry before, whatever that follows on.
        Assert.Equal(9, (await log.ReadAllAsync(12)).Count);
    }

    [Theory]
    [InlineData("21-0")]
    [InlineData("22-0")]
    [InlineData("20-1")]
    public async Task AnyStep_EntryAddedByHandBehindTheEnd_NamesStreamAndEntry(string id)
    {
        await WriteAsync(20);
        await redis.ByHand.StreamAddAsync(Keys.Stream, [new("e", 1), new("b", new byte[16]), new("s", new byte[8]), new("n", 0), new("p", "wrong")], id);
        await AssertEveryStepNamesAsync($"entry {id}", alsoReading: false);
    }

    [Fact]
    public async Task Read_RecordAddedByHandWithAWrongChecksum_NamesStreamAndEntry()
    {
        await WriteAsync(20);
        await redis.ByHand.StreamAddAsync(Keys.Stream, [new("e", 1), new("b", new byte[16]), new("s", new byte[8]), new("n", 0), new("p", "wrong")], "21-0");
        await redis.ByHand.HashSetAsync(Keys.Meta, [new("last", 21), new("sum", new byte[8])]);
        await using var provider = new RedisShardLogProvider(redis.Connection, _options);
        await using var log = await provider.OpenAsync(Shard, Cancel);
        foreach (var from in new[] { 1, 20, 21 })
        {
            var error = await Assert.ThrowsAsync<CorruptLogException>(() => log.ReadAllAsync(from));
            Assert.Contains("entry 21-0 has a running checksum", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task AnyStep_StreamOrStateLost_IsReported()
    {
        await WriteAsync(20);
        var state = await redis.ByHand.HashGetAllAsync(Keys.Meta);
        await redis.ByHand.KeyDeleteAsync(Keys.Meta);
        await AssertEveryStepNamesAsync("entry 1-0 is outside of positions 1 to 0", alsoReading: false);
        await redis.ByHand.HashSetAsync(Keys.Meta, state);
        await redis.ByHand.KeyDeleteAsync(Keys.Stream);
        await AssertEveryStepNamesAsync("entry 1-0 is missing", alsoReading: true);
        await redis.ByHand.StringSetAsync(Keys.Stream, "text");
        await AssertEveryStepNamesAsync("must be a hash and a stream", alsoReading: true);
        await redis.ByHand.KeyDeleteAsync(Keys.Stream);
        await redis.ByHand.HashSetAsync(Keys.Meta, "last", "many");
        await AssertEveryStepNamesAsync($"'{Keys.Meta}': a field of the log's state is damaged", alsoReading: true);
    }

    [Fact]
    public async Task Truncate_EntryMissing_IsReportedAndChangesNothing()
    {
        await WriteAsync(20);
        await using var provider = new RedisShardLogProvider(redis.Connection, _options);
        await using var log = await provider.OpenAsync(Shard, Cancel);
        var lead = await log.TakeLeadAsync(Cancel);
        await redis.ByHand.StreamDeleteAsync(Keys.Stream, ["7-0"]);
        var error = await Assert.ThrowsAsync<CorruptLogException>(() => log.TruncateAsync(lead.Epoch, 7, Cancel));
        Assert.Contains("entry 7-0 is missing", error.Message, StringComparison.Ordinal);
        Assert.Equal(19, await redis.ByHand.StreamLengthAsync(Keys.Stream));
    }

    private async Task WriteAsync(int count)
    {
        await using var provider = new RedisShardLogProvider(redis.Connection, _options);
        await using var log = await provider.OpenAsync(Shard, Cancel);
        await log.AppendAsync(await log.TakeLeadAsync(Cancel), count);
    }

    /// <summary>Writes the stream anew with one entry changed.</summary>
    private async Task ReplaceAsync(int position, Func<StreamEntry, NameValueEntry[]> change)
    {
        var entries = await redis.ByHand.StreamRangeAsync(Keys.Stream);
        await redis.ByHand.KeyDeleteAsync(Keys.Stream);
        foreach (var entry in entries)
            await redis.ByHand.StreamAddAsync(Keys.Stream, entry.Id == $"{position}-0" ? change(entry) : entry.Values, entry.Id);
    }

    private async Task AssertEveryStepNamesAsync(string what, bool alsoReading)
    {
        await using var provider = new RedisShardLogProvider(redis.Connection, _options);
        await using var log = new RedisLog(redis.Connection, Keys, _options, _ => { });
        var epoch = await redis.ByHand.HashGetAsync(Keys.Meta, "epoch");
        List<Func<Task>> steps = [() => provider.OpenAsync(Shard, Cancel), () => log.GetEndAsync(Cancel), () => log.TakeLeadAsync(Cancel)];
        if (alsoReading)
            steps.Add(() => log.ReadAllAsync(1));
        foreach (var step in steps)
        {
            var error = await Assert.ThrowsAsync<CorruptLogException>(step);
            Assert.Contains(what, error.Message, StringComparison.Ordinal);
            Assert.Contains(Keys.StreamName.Replace(":log", ":", StringComparison.Ordinal), error.Message, StringComparison.Ordinal);
        }
        Assert.Equal(epoch, await redis.ByHand.HashGetAsync(Keys.Meta, "epoch"));
    }
}
