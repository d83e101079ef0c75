using static Manifold.Storage.Tests.LogScenario;

namespace Manifold.Storage.Tests;

/// <summary>Thousands of simulated power losses. <c>MANIFOLD_CRASH_IMAGES</c> sets how many (500).</summary>
public sealed class LogCrashTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Open_AfterPowerLossAtAnyMoment_HoldsAllThatWasAcknowledged()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var folder = new TemporaryFolder(inMemory: true);
        var events = await RecordAsync(folder.Path, random);
        var images = Count("MANIFOLD_CRASH_IMAGES", 500);
        var writes = Enumerable.Range(1, events.Count).Where(count => events[count - 1].Kind == DiskEventKind.Write).ToArray();
        var unflushed = 0;
        var cuts = 0;
        var laterRecordWhole = 0;
        var recoveredMore = 0;
        for (var i = 0; i < images; i++)
        {
            // Every second one right after a write, before its flush; the others anywhere.
            var count = i % 2 == 0 ? random.Next(1, events.Count + 1) : writes[random.Next(writes.Length)];
            var crash = new CrashImage(events, count);
            using var image = new TemporaryFolder(inMemory: true);
            crash.Write(folder.Path, image.Path, random);
            unflushed += crash.HasUnflushed ? 1 : 0;
            long last;
            await using (var provider = Provider(image.Path, StorageIo.Disk, 64 << 20, 0, cut =>
            {
                cuts++;
                laterRecordWhole += HoldsHeaderBehind(cut) ? 1 : 0;
            }))
            {
                var log = await provider.OpenAsync(Shard, Cancel);
                last = (await log.GetEndAsync(Cancel)).LastPosition;
            }
            Assert.True(last >= crash.Acknowledged, $"image {i}: {last} of {crash.Acknowledged} acknowledged records");
            recoveredMore += last > crash.Acknowledged ? 1 : 0;
            await AssertWholeAndUsableAsync(image.Path, last);
        }
        output.WriteLine($"{images} images of {events.Count} events, {unflushed} with unflushed bytes, {cuts} tails cut, {laterRecordWhole} of them with a whole later record, {recoveredMore} with unacknowledged records kept");
        Assert.True(cuts > images / 20, "torn writes were met");
        Assert.True(laterRecordWhole > images / 100, "writes whose later sectors alone reached the disk were met");
        Assert.True(recoveredMore > 0, "whole records of unacknowledged writes were met");
    }

    /// <summary>A life of a log: groups of records of all sizes, changes of file, changes of lead, truncations, a clean close and another open.</summary>
    private static async Task<IReadOnlyList<DiskEvent>> RecordAsync(string folder, Random random)
    {
        using var io = new RecordingIo();
        for (var open = 0; open < 3; open++)
        {
            await using var provider = Provider(folder, io, fileBytes: 12_000, ahead: open * 2048);
            var log = await provider.OpenAsync(Shard, Cancel);
            var lead = await log.TakeLeadAsync(Cancel);
            for (var group = 0; group < 60; group++)
            {
                io.Hold();
                var appends = log.AppendAsync(lead, random.Next(1, 12));
                io.LetGo();
                await appends;
                lead = await log.GetEndAsync(Cancel);
                io.Acknowledge(lead.LastPosition);
                if (group % 13 == 12)
                    lead = await log.TakeLeadAsync(Cancel);
                if (group % 20 == 19)
                    await log.TruncateAsync(lead.Epoch, lead.LastPosition * random.Next(0, 11) / 10, Cancel);
            }
        }
        return io.Events;
    }

    /// <summary>Whether a whole record header lies behind the place of a cut that is about to be made.</summary>
    private static bool HoldsHeaderBehind(LogTailCut cut)
    {
        var bytes = File.ReadAllBytes(cut.File);
        var salt = LogFileHeader.Read(cut.File, bytes).Salt;
        for (var at = (int)cut.Offset + 1; at + RecordHeader.Size <= bytes.Length; at++)
        {
            if (RecordHeader.TryRead(bytes.AsSpan(at), salt, at, out _))
                return true;
        }
        return false;
    }
}
