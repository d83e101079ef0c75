using static Manifold.Storage.Tests.LogScenario;

namespace Manifold.Storage.Tests;

/// <summary>What every medium's shard log must do; one subclass a medium runs all of it.</summary>
public abstract class ShardLogContract
{
    /// <summary>A provider over a medium in which nothing is stored yet; disposing it removes the medium.</summary>
    private protected abstract IShardLogProvider NewMedium();

    [Fact]
    public async Task Open_NothingThere_GivesAnEmptyLog()
    {
        await using var provider = NewMedium();
        var log = await provider.OpenAsync(Shard, Cancel);
        Assert.Equal(new LogLead(0, 1, 0, 0), await log.GetEndAsync(Cancel));
        Assert.Equal(new LogLead(1, 1, 0, 0), await log.TakeLeadAsync(Cancel));
        Assert.Empty(await log.ReadAllAsync(1));
    }

    [Fact]
    public async Task Append_ManyTogether_ReadsBackTheSameThroughAnotherHandle()
    {
        await using var provider = NewMedium();
        var log = await provider.OpenAsync(Shard, Cancel);
        var lead = await log.TakeLeadAsync(Cancel);
        var checksums = new List<ulong>();
        for (var group = 0; group < 20; group++)
            checksums.AddRange(await log.AppendAsync(lead with { LastPosition = group * 50 }, 50));
        await using var other = await provider.OpenAsync(Shard, Cancel);
        var records = await other.ReadAllAsync(1);
        AssertRecords(records, 1, 1000);
        Assert.Equal(records.Select(record => record.Checksum), checksums);
        Assert.Equal(new LogLead(1, 1, 1000, checksums[^1]), await other.GetEndAsync(Cancel));
    }

    [Fact]
    public async Task Append_ResultIsTheRunningChecksumOfTheRecords()
    {
        await using var provider = NewMedium();
        var log = await provider.OpenAsync(Shard, Cancel);
        var lead = await log.TakeLeadAsync(Cancel);
        var expected = 0UL;
        for (var position = 1; position <= 5; position++)
        {
            expected = RunningChecksum.Next(expected, lead.Epoch, position, BatchId(position), RunningChecksum.OfPayload(Payload(position)));
            Assert.Equal(expected, await log.AppendAtAsync(lead.Epoch, position));
        }
    }

    [Fact]
    public async Task Append_WrongPositionOrEpoch_IsRefusedAndChangesNothing()
    {
        await using var provider = NewMedium();
        var log = await provider.OpenAsync(Shard, Cancel);
        var lead = await log.TakeLeadAsync(Cancel);
        await log.AppendAsync(lead, 2);
        await Assert.ThrowsAsync<ArgumentException>(() => log.AppendAtAsync(lead.Epoch, 2));
        await Assert.ThrowsAsync<ArgumentException>(() => log.AppendAtAsync(lead.Epoch, 4));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => log.AppendAtAsync(lead.Epoch + 1, 3));
        await log.AppendAtAsync(lead.Epoch, 3);
        AssertRecords(await log.ReadAllAsync(1), 1, 3);
    }

    [Fact]
    public async Task Append_ManyLogsOfOneProvider_EachHoldsItsOwn()
    {
        await using var provider = NewMedium();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(shard => Task.Run(async () =>
        {
            await using var log = await provider.OpenAsync($"photos/{shard}", Cancel);
            var lead = await log.TakeLeadAsync(Cancel);
            for (var position = 1; position <= 40; position++)
                await log.AppendAtAsync(lead.Epoch, position);
            AssertRecords(await log.ReadAllAsync(1), 1, 40);
        }, Cancel)));
    }

    [Fact]
    public async Task Read_FromAnyPosition_BeginsThere()
    {
        await using var provider = NewMedium();
        var log = await provider.OpenAsync(Shard, Cancel);
        await log.AppendAsync(await log.TakeLeadAsync(Cancel), 60);
        for (var from = 1; from <= 60; from++)
            AssertRecords(await log.ReadAllAsync(from), from, 60);
        Assert.Empty(await log.ReadAllAsync(61));
        Assert.Empty(await log.ReadAllAsync(1000));
        Assert.Throws<ArgumentOutOfRangeException>(() => log.ReadAsync(0, Cancel));
    }

    [Fact]
    public async Task Read_WhileOthersAppend_SeesAWholePrefix()
    {
        await using var provider = NewMedium();
        var log = await provider.OpenAsync(Shard, Cancel);
        var lead = await log.TakeLeadAsync(Cancel);
        var appending = Task.Run(async () =>
        {
            for (var group = 0; group < 100; group++)
                await log.AppendAsync(lead with { LastPosition = group * 10 }, 10);
        }, Cancel);
        var seen = 0L;
        while (seen < 1000)
        {
            var end = (await log.GetEndAsync(Cancel)).LastPosition;
            var records = await log.ReadAllAsync(1);
            Assert.True(records.Count >= end);
            AssertRecords(records, 1, records.Count);
            seen = records.Count;
        }
        await appending;
    }

    [Fact]
    public async Task Dispose_AppendsStillWaiting_StoresThem()
    {
        await using var provider = NewMedium();
        var log = await provider.OpenAsync(Shard, Cancel);
        var appends = log.AppendAsync(await log.TakeLeadAsync(Cancel), 50);
        await log.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => { _ = log.AppendAtAsync(1, 51); });
        Assert.Equal(50, (await appends).Length);
        await using var again = await provider.OpenAsync(Shard, Cancel);
        AssertRecords(await again.ReadAllAsync(1), 1, 50);
    }

    [Fact]
    public async Task Open_CollectionNamesThatDifferInCaseOrDots_AreDifferentLogs()
    {
        await using var provider = NewMedium();
        foreach (var name in new[] { "photos/0", "Photos/0", "../0", "фото/0", "a b/0", "a}:log/0", "{a/0" })
        {
            var log = await provider.OpenAsync(name, Cancel);
            Assert.Equal(0, (await log.GetEndAsync(Cancel)).LastPosition);
            await log.AppendAsync(await log.TakeLeadAsync(Cancel), 1);
        }
        await Assert.ThrowsAsync<ArgumentException>(() => provider.OpenAsync("photos//0", Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => provider.OpenAsync(new string('x', 1025), Cancel));
    }

    [Fact]
    public async Task Truncate_ThroughAnyPosition_KeepsWhatFollows()
    {
        await using var provider = NewMedium();
        var log = await provider.OpenAsync(Shard, Cancel);
        var lead = await log.TakeLeadAsync(Cancel);
        await log.AppendAsync(lead, 60);
        for (var through = 0L; through <= 60; through += 3)
        {
            await log.TruncateAsync(lead.Epoch, through, Cancel);
            var end = await log.GetEndAsync(Cancel);
            Assert.InRange(end.FirstPosition, lead.FirstPosition, through + 1);
            AssertRecords(await log.ReadAllAsync(end.FirstPosition), end.FirstPosition, 60);
            if (end.FirstPosition > 1)
                await Assert.ThrowsAsync<LogTruncatedException>(() => log.ReadAllAsync(end.FirstPosition - 1));
        }
    }

    [Fact]
    public async Task Truncate_Everything_KeepsPositionEpochAndChecksum()
    {
        await using var provider = NewMedium();
        var log = await provider.OpenAsync(Shard, Cancel);
        var lead = await log.TakeLeadAsync(Cancel);
        var checksums = await log.AppendAsync(lead, 30);
        await log.TruncateAsync(lead.Epoch, 30, Cancel);
        var end = new LogLead(1, 31, 30, checksums[^1]);
        Assert.Equal(end, await log.GetEndAsync(Cancel));
        Assert.Empty(await log.ReadAllAsync(31));
        await log.DisposeAsync();
        await using var again = await provider.OpenAsync(Shard, Cancel);
        Assert.Equal(end, await again.GetEndAsync(Cancel));
        Assert.Equal(end with { Epoch = 2 }, await again.TakeLeadAsync(Cancel));
        var next = await again.AppendAtAsync(2, 31);
        Assert.Equal(RunningChecksum.Next(end.Checksum, 2, 31, BatchId(31), RunningChecksum.OfPayload(Payload(31))), next);
        AssertRecords(await again.ReadAllAsync(31), 31, 31);
    }

    [Fact]
    public async Task Truncate_BeyondTheEnd_IsRefused()
    {
        await using var provider = NewMedium();
        var log = await provider.OpenAsync(Shard, Cancel);
        var lead = await log.TakeLeadAsync(Cancel);
        await log.AppendAsync(lead, 3);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => log.TruncateAsync(lead.Epoch, 4, Cancel));
        AssertRecords(await log.ReadAllAsync(1), 1, 3);
    }

    [Fact]
    public async Task Truncate_WhileOthersAppendAndRead_LosesNothingThatFollows()
    {
        await using var provider = NewMedium();
        var log = await provider.OpenAsync(Shard, Cancel);
        await log.AppendTruncateAndReadAtOnceAsync();
        var last = await log.GetEndAsync(Cancel);
        Assert.Equal(500, last.LastPosition);
        AssertRecords(await log.ReadAllAsync(last.FirstPosition), last.FirstPosition, 500);
    }
}
