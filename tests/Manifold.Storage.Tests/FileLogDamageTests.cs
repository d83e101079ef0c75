using static Manifold.Storage.Tests.LogScenario;

namespace Manifold.Storage.Tests;

/// <summary>Damage to what was durable is reported with file and offset; what only a crash can leave is cut.</summary>
public sealed class FileLogDamageTests
{
    /// <summary>Offset and length of each field of a record header, and the payload's first byte.</summary>
    public static TheoryData<string, int, int> Fields => new()
    {
        { "marker", 0, 4 }, { "length", 4, 4 }, { "epoch", 8, 8 }, { "position", 16, 8 }, { "committed through", 24, 8 }, { "batch id", 32, 16 },
        { "running checksum", 48, 8 }, { "payload checksum", 56, 8 }, { "header checksum", 64, 8 }, { "payload", 72, 1 },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task Open_BitFlippedInAMiddleRecord_NamesFileAndOffset(string field, int at, int length)
    {
        using var folder = new TemporaryFolder(inMemory: true);
        await WriteKilledLogAsync(folder.Path, 6);
        var file = LogFiles(folder.Path).Single();
        var third = Offset(3);
        for (var bit = 0; bit < length * 8; bit++)
        {
            FlipBit(file, third + at + (bit / 8), bit % 8);
            var before = File.ReadAllBytes(file);
            var error = await AssertCorruptAsync(folder.Path);
            Assert.Contains($"{file}: the record at offset {third} ", error.Message, StringComparison.Ordinal);
            Assert.True(before.AsSpan().SequenceEqual(File.ReadAllBytes(file)), $"nothing is changed ({field})");
            FlipBit(file, third + at + (bit / 8), bit % 8);
        }
        await AssertWholeAndUsableAsync(folder.Path, 6);
    }

    [Fact]
    public async Task Open_AnyByteFlippedAfterACleanClose_IsReported()
    {
        using var folder = new TemporaryFolder(inMemory: true);
        await WriteLogAsync(folder.Path, 6, fileBytes: 2000);
        var files = LogFiles(folder.Path);
        Assert.True(files.Length > 1);
        foreach (var file in files.Append(Path.Combine(LogFolder(folder.Path), "EPOCH")))
        {
            for (var offset = 0L; offset < new FileInfo(file).Length; offset++)
            {
                FlipBit(file, offset, (int)(offset % 8));
                var error = await AssertCorruptAsync(folder.Path);
                Assert.Contains(file, error.Message, StringComparison.Ordinal);
                Assert.Contains("offset", error.Message, StringComparison.Ordinal);
                FlipBit(file, offset, (int)(offset % 8));
            }
        }
        await AssertWholeAndUsableAsync(folder.Path, 6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    public async Task Open_TailCutAtAnyByteOfTheLastRecord_KeepsAllBefore(int ahead)
    {
        using var original = new TemporaryFolder(inMemory: true);
        await WriteKilledLogAsync(original.Path, 4, ahead);
        for (var length = Offset(4); length <= Offset(5); length++)
        {
            using var folder = new TemporaryFolder(inMemory: true);
            CopyFolder(original.Path, folder.Path);
            var file = LogFiles(folder.Path).Single();
            using (var stream = File.Open(file, FileMode.Open))
                stream.SetLength(length);
            var cuts = new List<LogTailCut>();
            await using (var provider = Provider(folder.Path, cuts: cuts))
                await provider.OpenAsync(Shard, Cancel);
            if (length == Offset(4) || length == Offset(5))
                Assert.Empty(cuts);
            else
                Assert.Equal([new LogTailCut(file, Offset(4), length - Offset(4), 3)], cuts);
            await AssertWholeAndUsableAsync(folder.Path, length == Offset(5) ? 4 : 3);
        }
    }

    [Fact]
    public async Task Open_LastRecordDamagedAfterAKill_IsCutForNothingTellsItFromATornWrite()
    {
        using var folder = new TemporaryFolder(inMemory: true);
        await WriteKilledLogAsync(folder.Path, 4);
        FlipBit(LogFiles(folder.Path).Single(), Offset(4) + 80);
        await AssertWholeAndUsableAsync(folder.Path, 3);
    }

    [Fact]
    public async Task Open_GroupWriteTornWithALaterRecordWhole_IsCutBeforeTheTornOne()
    {
        using var folder = new TemporaryFolder(inMemory: true);
        await WriteGroupAsync(folder.Path, alone: 3, together: 5);
        var file = LogFiles(folder.Path).Single();
        // Position 5 never reached the disk; 4, 6, 7 and 8 of the same write did.
        Zero(file, Offset(5), Offset(6));
        var cuts = new List<LogTailCut>();
        await using (var provider = Provider(folder.Path, cuts: cuts))
            await provider.OpenAsync(Shard, Cancel);
        Assert.Equal(Offset(5), Assert.Single(cuts).Offset);
        await AssertWholeAndUsableAsync(folder.Path, 4);
    }

    [Fact]
    public async Task Open_RecordBeforeTheLastGroupWriteDamaged_IsReported()
    {
        using var folder = new TemporaryFolder(inMemory: true);
        await WriteGroupAsync(folder.Path, alone: 3, together: 5);
        // The records of the last write all say that position 3 was durable before.
        Zero(LogFiles(folder.Path).Single(), Offset(3), Offset(6));
        Assert.Contains($"offset {Offset(3)} ", (await AssertCorruptAsync(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_PayloadsThatLookLikeRecords_AreNotTakenForRecords()
    {
        using var folder = new TemporaryFolder(inMemory: true);
        using var killed = new TemporaryFolder(inMemory: true);
        await using var provider = Provider(folder.Path, ahead: 0);
        var log = await provider.OpenAsync(Shard, Cancel);
        var lead = await log.TakeLeadAsync(Cancel);
        for (var i = 1; i <= 3; i++)
            await log.AppendAtAsync(lead.Epoch, i);
        // The whole log so far, inside a record of the log.
        await log.AppendAsync(lead.Epoch, 4, Guid.NewGuid(), File.ReadAllBytes(LogFiles(folder.Path).Single()));
        CopyFolder(folder.Path, killed.Path);
        FlipBit(LogFiles(killed.Path).Single(), Offset(4));
        await AssertWholeAndUsableAsync(killed.Path, 3);
    }

    [Fact]
    public async Task Open_ZerosBehindTheLastRecord_AreAnEnd()
    {
        using var folder = new TemporaryFolder(inMemory: true);
        await WriteKilledLogAsync(folder.Path, 4, ahead: 10_000);
        Assert.True(new FileInfo(LogFiles(folder.Path).Single()).Length > Offset(5) + 5000);
        var cuts = new List<LogTailCut>();
        await using (var provider = Provider(folder.Path, cuts: cuts))
            Assert.Equal(4, (await (await provider.OpenAsync(Shard, Cancel)).GetEndAsync(Cancel)).LastPosition);
        Assert.Empty(cuts);
        await AssertWholeAndUsableAsync(folder.Path, 4);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Open_FileMissing_IsReported(int missing)
    {
        using var folder = new TemporaryFolder(inMemory: true);
        await WriteLogAsync(folder.Path, 6, fileBytes: 64);
        var files = LogFiles(folder.Path);
        Assert.Equal(6, files.Length);
        File.Delete(files[missing switch { 0 => 0, 1 => 3, _ => 5 }]);
        await AssertCorruptAsync(folder.Path);
    }

    [Fact]
    public async Task Open_AllLogFilesMissing_IsReported()
    {
        using var folder = new TemporaryFolder(inMemory: true);
        await WriteLogAsync(folder.Path, 6);
        File.Delete(LogFiles(folder.Path).Single());
        await AssertCorruptAsync(folder.Path);
    }

    [Fact]
    public async Task Open_EpochFileMissing_IsReported()
    {
        using var folder = new TemporaryFolder(inMemory: true);
        await WriteLogAsync(folder.Path, 6);
        File.Delete(Path.Combine(LogFolder(folder.Path), "EPOCH"));
        Assert.Contains("EPOCH", (await AssertCorruptAsync(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_TailBehindADurableEndMissing_IsReported()
    {
        using var folder = new TemporaryFolder(inMemory: true);
        await WriteLogAsync(folder.Path, 6);
        using (var stream = File.Open(LogFiles(folder.Path).Single(), FileMode.Open))
            stream.SetLength(Offset(6));
        await AssertCorruptAsync(folder.Path);
    }

    [Fact]
    public async Task Open_DamageInAFileThatIsNotTheLast_IsReported()
    {
        using var folder = new TemporaryFolder(inMemory: true);
        await WriteLogAsync(folder.Path, 6, fileBytes: 64);
        var file = LogFiles(folder.Path)[2];
        using (var stream = File.Open(file, FileMode.Open))
            stream.SetLength(stream.Length - 1);
        Assert.Contains(file, (await AssertCorruptAsync(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_DamageSinceTheOpen_NamesFileAndOffset()
    {
        using var folder = new TemporaryFolder(inMemory: true);
        await using var provider = Provider(folder.Path);
        var log = await provider.OpenAsync(Shard, Cancel);
        await log.AppendAsync(await log.TakeLeadAsync(Cancel), 6);
        var file = LogFiles(folder.Path).Single();
        FlipBit(file, Offset(4) + 90);
        var error = await Assert.ThrowsAsync<CorruptLogException>(() => log.ReadAllAsync(1));
        Assert.Contains($"{file}: the record at offset {Offset(4)} ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_LeftoverTemporaries_AreRemoved()
    {
        using var folder = new TemporaryFolder(inMemory: true);
        await WriteLogAsync(folder.Path, 2);
        var leftover = Path.Combine(LogFolder(folder.Path), "EPOCH.0123.tmp");
        File.WriteAllText(leftover, "half");
        await AssertWholeAndUsableAsync(folder.Path, 2);
        Assert.False(File.Exists(leftover));
    }

    /// <summary>The offset of a position's record in the first file.</summary>
    private static long Offset(long position) =>
        LogFileHeader.Size + Enumerable.Range(1, (int)position - 1).Sum(before => RecordHeader.Size + Payload(before).Length);

    private static void Zero(string file, long from, long to)
    {
        using var stream = File.Open(file, FileMode.Open);
        stream.Position = from;
        stream.Write(new byte[to - from]);
    }

    /// <summary>A killed log whose last write carries several records.</summary>
    private static async Task WriteGroupAsync(string folder, int alone, int together)
    {
        using var original = new TemporaryFolder(inMemory: true);
        using var gate = new GatedIo();
        await using var provider = Provider(original.Path, gate, ahead: 0);
        var log = await provider.OpenAsync(Shard, Cancel);
        var lead = await log.TakeLeadAsync(Cancel);
        for (var i = 1; i < alone; i++)
            await log.AppendAtAsync(lead.Epoch, i);
        gate.Close();
        var held = log.AppendAtAsync(lead.Epoch, alone);
        gate.WaitForWrite();
        var group = log.AppendAsync(lead with { LastPosition = alone }, together);
        gate.Open();
        await held;
        await group;
        CopyFolder(original.Path, folder);
    }

    private static async Task<CorruptLogException> AssertCorruptAsync(string folder)
    {
        await using var provider = Provider(folder);
        return await Assert.ThrowsAsync<CorruptLogException>(() => provider.OpenAsync(Shard, Cancel));
    }
}
