using static Manifold.Storage.Tests.LogScenario;

namespace Manifold.Storage.Tests;

public sealed class FileLogTests
{
    [Theory]
    [InlineData(64 << 20, 0)]
    [InlineData(64 << 20, 4096)]
    [InlineData(4096, 0)]
    [InlineData(4096, 65536)]
    [InlineData(64, 0)]
    public async Task Append_ManyTogetherAndReopened_ReadsBackTheSame(long fileBytes, int ahead)
    {
        using var folder = new TemporaryFolder(inMemory: true);
        await using (var provider = Provider(folder.Path, fileBytes: fileBytes, ahead: ahead))
        {
            var log = await provider.OpenAsync(Shard, Cancel);
            var lead = await log.TakeLeadAsync(Cancel);
            var checksums = new List<ulong>();
            for (var group = 0; group < 20; group++)
                checksums.AddRange(await log.AppendAsync(lead with { LastPosition = group * 10 }, 10));
            var records = await log.ReadAllAsync(1);
            AssertRecords(records, 1, 200);
            Assert.Equal(records.Select(record => record.Checksum), checksums);
            Assert.Equal(new LogLead(1, 1, 200, checksums[^1]), await log.GetEndAsync(Cancel));
        }
        Assert.Equal(fileBytes <= 4096, LogFiles(folder.Path).Length > 1);
        await AssertWholeAndUsableAsync(folder.Path, 200);
    }

    [Fact]
    public async Task Read_FromAnyPosition_BeginsThere()
    {
        using var folder = new TemporaryFolder(inMemory: true);
        await WriteLogAsync(folder.Path, 300, fileBytes: 150_000);
        Assert.True(LogFiles(folder.Path).Length > 1);
        await using var provider = Provider(folder.Path);
        var log = await provider.OpenAsync(Shard, Cancel);
        for (var from = 1; from <= 300; from++)
            AssertRecords(await log.ReadAllAsync(from), from, 300);
        Assert.Empty(await log.ReadAllAsync(301));
        Assert.Empty(await log.ReadAllAsync(1000));
        Assert.Throws<ArgumentOutOfRangeException>(() => log.ReadAsync(0, Cancel));
    }

    [Fact]
    public async Task Dispose_AppendsStillWaiting_CommitsThem()
    {
        using var folder = new TemporaryFolder();
        Task<ulong[]> appends;
        await using (var provider = Provider(folder.Path))
        {
            var log = await provider.OpenAsync(Shard, Cancel);
            appends = log.AppendAsync(await log.TakeLeadAsync(Cancel), 50);
            await log.DisposeAsync();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => log.AppendAtAsync(1, 51));
        }
        Assert.Equal(50, (await appends).Length);
        await AssertWholeAndUsableAsync(folder.Path, 50);
    }

    [Fact]
    public async Task Delete_OpenLog_ClosesItAndTheNextOpenIsEmpty()
    {
        using var folder = new TemporaryFolder();
        await using var provider = Provider(folder.Path);
        await provider.DeleteAsync(Shard, Cancel);
        var log = await provider.OpenAsync(Shard, Cancel);
        await log.AppendAsync(await log.TakeLeadAsync(Cancel), 5);
        await provider.DeleteAsync(Shard, Cancel);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => log.AppendAtAsync(1, 6));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => log.GetEndAsync(Cancel));
        await log.DisposeAsync();
        var again = await provider.OpenAsync(Shard, Cancel);
        Assert.Equal(new LogLead(0, 1, 0, 0), await again.GetEndAsync(Cancel));
    }

    [Fact]
    public async Task Open_CollectionNamesThatDifferInCaseOrDots_AreDifferentLogs()
    {
        using var folder = new TemporaryFolder();
        await using var provider = Provider(folder.Path);
        foreach (var name in new[] { "photos/0", "Photos/0", "../0", "фото/0", "a b/0" })
        {
            var log = await provider.OpenAsync(name, Cancel);
            Assert.Equal(0, (await log.GetEndAsync(Cancel)).LastPosition);
            await log.AppendAsync(await log.TakeLeadAsync(Cancel), 1);
        }
        Assert.All(Directory.GetFiles(folder.Path, "*.mlog", SearchOption.AllDirectories), file => Assert.StartsWith(folder["log"], file, StringComparison.Ordinal));
        await Assert.ThrowsAsync<ArgumentException>(() => provider.OpenAsync("photos//0", Cancel));
    }
}
