using static Manifold.Storage.Tests.LogScenario;

namespace Manifold.Storage.Tests;

public sealed class FileLogTruncationTests
{
    [Fact]
    public async Task Truncate_ThroughAnyPosition_KeepsWhatFollowsAcrossReopen()
    {
        using var folder = new TemporaryFolder(inMemory: true);
        await WriteLogAsync(folder.Path, 60, fileBytes: 3000);
        for (var through = 0L; through <= 60; through += 3)
        {
            await using var provider = Provider(folder.Path, fileBytes: 3000);
            var log = await provider.OpenAsync(Shard, Cancel);
            var lead = await log.TakeLeadAsync(Cancel);
            await log.TruncateAsync(lead.Epoch, through, Cancel);
            var end = await log.GetEndAsync(Cancel);
            Assert.InRange(end.FirstPosition, lead.FirstPosition, through + 1);
            AssertRecords(await log.ReadAllAsync(end.FirstPosition), end.FirstPosition, 60);
            if (end.FirstPosition > 1)
                Assert.Throws<LogTruncatedException>(() => log.ReadAsync(end.FirstPosition - 1, Cancel));
        }
    }

    [Fact]
    public async Task Truncate_Everything_KeepsPositionEpochAndChecksum()
    {
        using var folder = new TemporaryFolder(inMemory: true);
        LogLead end;
        await using (var provider = Provider(folder.Path, fileBytes: 3000))
        {
            var log = await provider.OpenAsync(Shard, Cancel);
            var lead = await log.TakeLeadAsync(Cancel);
            var checksums = await log.AppendAsync(lead, 30);
            await log.TruncateAsync(lead.Epoch, 30, Cancel);
            end = await log.GetEndAsync(Cancel);
            Assert.Equal(new LogLead(1, 31, 30, checksums[^1]), end);
            Assert.Empty(await log.ReadAllAsync(31));
            Assert.Equal(LogFileHeader.Size, new FileInfo(LogFiles(folder.Path).Single()).Length);
        }
        await using (var provider = Provider(folder.Path))
        {
            var log = await provider.OpenAsync(Shard, Cancel);
            Assert.Equal(end, await log.GetEndAsync(Cancel));
            var lead = await log.TakeLeadAsync(Cancel);
            var next = await log.AppendAtAsync(lead.Epoch, 31);
            Assert.Equal(RunningChecksum.Next(end.Checksum, 2, 31, BatchId(31), RunningChecksum.OfPayload(Payload(31))), next);
        }
        await AssertWholeAndUsableAsync(folder.Path, 31);
    }

    [Fact]
    public async Task Truncate_WhileOthersAppendAndRead_LosesNothingThatFollows()
    {
        using var folder = new TemporaryFolder(inMemory: true);
        await using (var provider = Provider(folder.Path, fileBytes: 5000))
        {
            var log = await provider.OpenAsync(Shard, Cancel);
            await log.AppendTruncateAndReadAtOnceAsync();
        }
        await AssertWholeAndUsableAsync(folder.Path, 500);
    }

    [Fact]
    public async Task Open_TruncationInterruptedBeforeTheFilesWent_KeepsMoreThanAsked()
    {
        using var folder = new TemporaryFolder(inMemory: true);
        using var copy = new TemporaryFolder(inMemory: true);
        await WriteLogAsync(folder.Path, 20, fileBytes: 64);
        CopyFolder(folder.Path, copy.Path);
        await using (var provider = Provider(folder.Path))
        {
            var log = await provider.OpenAsync(Shard, Cancel);
            var lead = await log.TakeLeadAsync(Cancel);
            await log.TruncateAsync(lead.Epoch, 10, Cancel);
        }
        // The epoch file of the truncated log beside the files of before, the first of which are gone.
        File.Copy(Path.Combine(LogFolder(folder.Path), "EPOCH"), Path.Combine(LogFolder(copy.Path), "EPOCH"), overwrite: true);
        foreach (var file in LogFiles(copy.Path)[..4])
            File.Delete(file);
        await AssertWholeAndUsableAsync(copy.Path, 20);
        // One file more than the truncation was allowed to take.
        foreach (var file in LogFiles(folder.Path)[..1])
            File.Delete(file);
        await using var damaged = Provider(folder.Path);
        await Assert.ThrowsAsync<CorruptLogException>(() => damaged.OpenAsync(Shard, Cancel));
    }
}
