using System.Diagnostics;
using System.IO.Hashing;

namespace Manifold.Storage.Tests;

/// <summary>What log tests share: a shard, records whose content follows from their position, and what a log must say about them.</summary>
internal static class LogScenario
{
    public const string Shard = "photos/0";

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static FileShardLogProvider Provider(string folder, StorageIo? io = null, long fileBytes = 64 << 20, int ahead = 4096, List<LogTailCut>? cuts = null) =>
        Provider(folder, io ?? StorageIo.Disk, fileBytes, ahead, cut => cuts?.Add(cut));

    public static FileShardLogProvider Provider(string folder, StorageIo io, long fileBytes, int ahead, Action<LogTailCut> tailCut) =>
        new(new FileLogOptions
        {
            DataFolder = folder,
            FileBytes = fileBytes,
            AheadBytes = ahead,
            Io = io,
            TailCut = tailCut,
        });

    public static string LogFolder(string folder) => Path.Combine(folder, "log", "photos_", "0_");

    public static string[] LogFiles(string folder) => [.. Directory.GetFiles(LogFolder(folder), "*.mlog").Order(StringComparer.Ordinal)];

    /// <summary>The payload of a position: 0 to 1,499 bytes.</summary>
    public static byte[] Payload(long position)
    {
        var payload = new byte[position * 7919 % 1500];
        new Random((int)position).NextBytes(payload);
        return payload;
    }

    public static Guid BatchId(long position) => new(XxHash128.Hash(BitConverter.GetBytes(position)));

    /// <summary>Hands the next <paramref name="count"/> records over together and awaits them all.</summary>
    public static async Task<ulong[]> AppendAsync(this IShardLog log, LogLead lead, int count) =>
        await Task.WhenAll(Enumerable.Range(1, count).Select(i => log.AppendAsync(
            lead.Epoch, lead.LastPosition + i, BatchId(lead.LastPosition + i), Payload(lead.LastPosition + i))));

    /// <summary>Appends 500 records, five at a time, while truncations and readings go on; each reading must find what follows on the truncation.</summary>
    public static async Task AppendTruncateAndReadAtOnceAsync(this IShardLog log)
    {
        var lead = await log.TakeLeadAsync(Cancel);
        var appending = Task.Run(async () =>
        {
            for (var group = 0; group < 100; group++)
                await log.AppendAsync(lead with { LastPosition = group * 5 }, 5);
        }, Cancel);
        while (!appending.IsCompleted)
        {
            var end = await log.GetEndAsync(Cancel);
            await log.TruncateAsync(lead.Epoch, end.LastPosition - (end.LastPosition / 10), Cancel);
            end = await log.GetEndAsync(Cancel);
            var records = await log.ReadAllAsync(end.FirstPosition);
            AssertRecords(records, end.FirstPosition, end.FirstPosition + records.Count - 1);
        }
        await appending;
    }

    /// <summary>Appends one record by its position.</summary>
    public static Task<ulong> AppendAtAsync(this IShardLog log, long epoch, long position) =>
        log.AppendAsync(epoch, position, BatchId(position), Payload(position));

    public static async Task<List<LogRecord>> ReadAllAsync(this IShardLog log, long from)
    {
        var records = new List<LogRecord>();
        await foreach (var record in log.ReadAsync(from, Cancel))
            records.Add(record);
        return records;
    }

    /// <summary>Writes <paramref name="count"/> records under one lead, a commit each, and closes the log cleanly.</summary>
    public static async Task WriteLogAsync(string folder, int count, long fileBytes = 64 << 20, int ahead = 0)
    {
        await using var provider = Provider(folder, fileBytes: fileBytes, ahead: ahead);
        var log = await provider.OpenAsync(Shard, Cancel);
        var lead = await log.TakeLeadAsync(Cancel);
        for (var i = 1; i <= count; i++)
            await log.AppendAtAsync(lead.Epoch, i);
    }

    /// <summary>
    /// Writes <paramref name="count"/> records, a commit each, and leaves the folder as a kill would: the epoch file does not know of them.
    /// </summary>
    public static async Task WriteKilledLogAsync(string folder, int count, int ahead = 0)
    {
        using var original = new TemporaryFolder(inMemory: true);
        await using var provider = Provider(original.Path, ahead: ahead);
        var log = await provider.OpenAsync(Shard, Cancel);
        var lead = await log.TakeLeadAsync(Cancel);
        for (var i = 1; i <= count; i++)
            await log.AppendAtAsync(lead.Epoch, i);
        CopyFolder(original.Path, folder);
    }

    public static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }

    /// <summary>
    /// Opens the log, checks that it holds exactly the records of <paramref name="last"/> positions, that it takes more, and that it still holds all after another open.
    /// </summary>
    public static async Task AssertWholeAndUsableAsync(string folder, long last)
    {
        await using (var provider = Provider(folder))
        {
            var log = await provider.OpenAsync(Shard, Cancel);
            var lead = await log.TakeLeadAsync(Cancel);
            Assert.Equal(last, lead.LastPosition);
            AssertRecords(await log.ReadAllAsync(lead.FirstPosition), lead.FirstPosition, last);
            await log.AppendAsync(lead, 3);
        }
        await using (var provider = Provider(folder))
        {
            var log = await provider.OpenAsync(Shard, Cancel);
            var end = await log.GetEndAsync(Cancel);
            Assert.Equal(last + 3, end.LastPosition);
            var records = await log.ReadAllAsync(end.FirstPosition);
            AssertRecords(records, end.FirstPosition, last + 3);
            Assert.Equal(end.Checksum, records[^1].Checksum);
        }
    }

    public static void AssertRecords(List<LogRecord> records, long first, long last)
    {
        Assert.Equal(last - first + 1, records.Count);
        for (var i = 0; i < records.Count; i++)
        {
            var record = records[i];
            Assert.Equal(first + i, record.Position);
            Assert.Equal(BatchId(record.Position), record.BatchId);
            Assert.True(record.Payload.Span.SequenceEqual(Payload(record.Position)), $"payload of position {record.Position}");
            if (i > 0)
            {
                Assert.Equal(
                    RunningChecksum.Next(records[i - 1].Checksum, record.Epoch, record.Position, record.BatchId, RunningChecksum.OfPayload(record.Payload.Span)),
                    record.Checksum);
            }
        }
    }

    public static void FlipBit(string path, long offset, int bit = 0)
    {
        using var file = File.Open(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        file.Position = offset;
        var value = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(value ^ (1 << bit)));
    }

    /// <summary>A number from the environment, for runs that are longer than the everyday one.</summary>
    public static int Count(string variable, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out var count) ? count : usual;

    public static Process StartSelf(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
            start.ArgumentList.Add(typeof(LogScenario).Assembly.Location);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
