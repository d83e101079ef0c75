using System.Globalization;

namespace Manifold.Storage.Tests;

/// <summary>
/// The process that <see cref="LogKillTests"/> kills: several writers append to one log and await each record; each acknowledged one is printed
/// as <c>A position checksum .</c>, each truncation, before it begins, as <c>T position .</c>
/// </summary>
internal static class AppendingProcess
{
    public const string Verb = "append-until-killed";

    // Small files, so that kills meet the change from one to the next.
    public const long FileBytes = 128 * 1024;
    private const int TruncateEvery = 400;

    public static async Task<int> RunAsync(string folder, int writers)
    {
        using var held = FolderLock.Acquire(folder);
        await using var provider = new FileShardLogProvider(new FileLogOptions { DataFolder = folder, FileBytes = FileBytes, AheadBytes = 16 * 1024 });
        var log = await provider.OpenAsync(LogScenario.Shard, CancellationToken.None);
        var lead = await log.TakeLeadAsync(CancellationToken.None);
        var order = new object();
        var position = lead.LastPosition;
        await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                long mine;
                Task<ulong> append;
                lock (order)
                {
                    mine = ++position;
                    append = log.AppendAtAsync(lead.Epoch, mine);
                }
                var checksum = await append;
                Print($"A {mine} {checksum} .");
                if (mine % TruncateEvery != 0 || mine <= TruncateEvery)
                    continue;
                Print($"T {mine - TruncateEvery} .");
                await log.TruncateAsync(lead.Epoch, mine - TruncateEvery, CancellationToken.None);
            }
        })));
        return 0;
    }

    private static void Print(FormattableString line)
    {
        lock (Console.Out)
        {
            Console.Out.WriteLine(line.ToString(CultureInfo.InvariantCulture));
            Console.Out.Flush();
        }
    }
}
