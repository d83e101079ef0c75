using System.Diagnostics;
using static Manifold.Storage.Tests.LogScenario;

namespace Manifold.Storage.Tests;

/// <summary>A full disk and failing flushes: the lead ends, the process and what was acknowledged do not.</summary>
public sealed class FileLogFaultTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    public async Task Append_DiskFull_FailsTheLeadUntilSpaceIsBack(int ahead)
    {
        using var folder = new TemporaryFolder(inMemory: true);
        var io = new FaultyIo();
        await using (var provider = Provider(folder.Path, io, ahead: ahead))
        {
            var log = await provider.OpenAsync(Shard, Cancel);
            var lead = await log.TakeLeadAsync(Cancel);
            io.Room = 20_000;
            var acknowledged = await AppendUntilFailureAsync(log, lead);
            var error = await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendAtAsync(lead.Epoch, acknowledged + 1));
            Assert.Contains("No space left", error.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<LogUnavailableException>(() => log.TakeLeadAsync(Cancel));
            AssertRecords(await log.ReadAllAsync(1), 1, acknowledged);
            io.Room = long.MaxValue;
            await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendAtAsync(lead.Epoch, acknowledged + 1));
            var next = await log.TakeLeadAsync(Cancel);
            Assert.Equal(acknowledged, next.LastPosition);
            await log.AppendAsync(next, 10);
            AssertRecords(await log.ReadAllAsync(1), 1, acknowledged + 10);
        }
        await AssertWholeAndUsableAsync(folder.Path, LastPosition(folder.Path));
    }

    [Fact]
    public async Task Append_DiskFullThenReopened_HoldsWhatWasAcknowledged()
    {
        using var folder = new TemporaryFolder(inMemory: true);
        var io = new FaultyIo();
        long acknowledged;
        await using (var provider = Provider(folder.Path, io, ahead: 0))
        {
            var log = await provider.OpenAsync(Shard, Cancel);
            var lead = await log.TakeLeadAsync(Cancel);
            io.Room = 15_000;
            acknowledged = await AppendUntilFailureAsync(log, lead);
        }
        await AssertWholeAndUsableAsync(folder.Path, acknowledged);
    }

    [Fact]
    public async Task Append_FlushFails_WhatWasNotAcknowledgedIsGoneAndTheNextRecordsGoIntoANewFile()
    {
        using var folder = new TemporaryFolder(inMemory: true);
        var io = new FaultyIo();
        await using (var provider = Provider(folder.Path, io))
        {
            var log = await provider.OpenAsync(Shard, Cancel);
            var lead = await log.TakeLeadAsync(Cancel);
            await log.AppendAsync(lead, 5);
            io.FailFlush = true;
            await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendAtAsync(lead.Epoch, 6));
            await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendAtAsync(lead.Epoch, 7));
            await Assert.ThrowsAsync<LogUnavailableException>(() => log.TruncateAsync(lead.Epoch, 3, Cancel));
            var next = await log.TakeLeadAsync(Cancel);
            Assert.Equal((5, lead.Epoch + 1), (next.LastPosition, next.Epoch));
            await log.AppendAsync(next, 5);
            Assert.Equal(2, LogFiles(folder.Path).Length);
        }
        await AssertWholeAndUsableAsync(folder.Path, 10);
    }

    [Fact]
    public async Task Append_VeryFirstWriteFails_TheLogCanStillBegin()
    {
        using var folder = new TemporaryFolder(inMemory: true);
        var io = new FaultyIo();
        await using (var provider = Provider(folder.Path, io))
        {
            var log = await provider.OpenAsync(Shard, Cancel);
            var lead = await log.TakeLeadAsync(Cancel);
            io.Room = 100;
            await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendAtAsync(lead.Epoch, 1));
            io.Room = long.MaxValue;
            await log.AppendAsync(await log.TakeLeadAsync(Cancel), 4);
        }
        await AssertWholeAndUsableAsync(folder.Path, 4);
    }

    [Fact]
    public async Task Append_NewFileCannotBeStarted_FailsAndRecovers()
    {
        using var folder = new TemporaryFolder(inMemory: true);
        var io = new FaultyIo();
        await using (var provider = Provider(folder.Path, io, fileBytes: 64))
        {
            var log = await provider.OpenAsync(Shard, Cancel);
            var lead = await log.TakeLeadAsync(Cancel);
            await log.AppendAsync(lead, 1);
            io.FailReplace = true;
            await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendAtAsync(lead.Epoch, 2));
            await Assert.ThrowsAsync<LogUnavailableException>(() => log.TakeLeadAsync(Cancel));
            io.FailReplace = false;
            await log.AppendAsync(await log.TakeLeadAsync(Cancel), 1);
        }
        await AssertWholeAndUsableAsync(folder.Path, 2);
    }

    [Fact]
    public async Task TakeLead_EpochCannotBeStored_TheOldLeadGoesOn()
    {
        using var folder = new TemporaryFolder(inMemory: true);
        var io = new FaultyIo();
        await using var provider = Provider(folder.Path, io);
        var log = await provider.OpenAsync(Shard, Cancel);
        var lead = await log.TakeLeadAsync(Cancel);
        await log.AppendAsync(lead, 1);
        io.FailReplace = true;
        await Assert.ThrowsAsync<LogUnavailableException>(() => log.TakeLeadAsync(Cancel));
        await log.AppendAtAsync(lead.Epoch, 2);
        AssertRecords(await log.ReadAllAsync(1), 1, 2);
    }

    [Fact]
    public async Task TakeLead_DurableRecordDamagedWhileTheLogHadFailed_IsReported()
    {
        using var folder = new TemporaryFolder(inMemory: true);
        var io = new FaultyIo();
        await using var provider = Provider(folder.Path, io);
        var log = await provider.OpenAsync(Shard, Cancel);
        var lead = await log.TakeLeadAsync(Cancel);
        await log.AppendAsync(lead, 5);
        io.FailFlush = true;
        await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendAtAsync(lead.Epoch, 6));
        FlipBit(LogFiles(folder.Path).Single(), 100);
        await Assert.ThrowsAsync<CorruptLogException>(() => log.TakeLeadAsync(Cancel));
    }

    [Fact]
    public async Task Append_RealDiskFull_FailsTheLeadUntilSpaceIsBack()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess,
            "mounting a small file system needs root on Linux; the other tests of this class meet a full disk without one");
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["disk"]);
        Run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder["disk"]);
        try
        {
            await using (var provider = Provider(folder["disk"]))
            {
                var log = await provider.OpenAsync(Shard, Cancel);
                var lead = await log.TakeLeadAsync(Cancel);
                File.WriteAllBytes(folder["disk/ballast"], new byte[32 * 1024]);
                var acknowledged = await AppendUntilFailureAsync(log, lead);
                Assert.True(acknowledged > 50);
                AssertRecords(await log.ReadAllAsync(1), 1, acknowledged);
                File.Delete(folder["disk/ballast"]);
                var next = await log.TakeLeadAsync(Cancel);
                Assert.Equal(acknowledged, next.LastPosition);
                await log.AppendAsync(next, 5);
                AssertRecords(await log.ReadAllAsync(1), 1, acknowledged + 5);
            }
            await AssertWholeAndUsableAsync(folder["disk"], LastPosition(folder["disk"]));
        }
        finally
        {
            Run("umount", folder["disk"]);
        }
    }

    private static async Task<long> AppendUntilFailureAsync(IShardLog log, LogLead lead)
    {
        for (var position = lead.LastPosition + 1; ; position++)
        {
            try
            {
                await log.AppendAtAsync(lead.Epoch, position);
            }
            catch (LogUnavailableException)
            {
                return position - 1;
            }
        }
    }

    /// <summary>The last position that the epoch file names after a clean close.</summary>
    private static long LastPosition(string folder) => EpochFile.Read(Path.Combine(LogFolder(folder), "EPOCH"))!.Value.LastPosition;

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
