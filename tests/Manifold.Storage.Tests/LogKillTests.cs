using System.Globalization;

namespace Manifold.Storage.Tests;

/// <summary>Real processes, really killed. <c>MANIFOLD_KILLS</c> sets how many (50).</summary>
public sealed class LogKillTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Append_ProcessKilledAtRandomMoments_NothingAcknowledgedIsLost()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        var kills = LogScenario.Count("MANIFOLD_KILLS", 50);
        var acknowledgedInAll = 0L;
        var truncatedThrough = 0L;
        var last = 0L;
        for (var kill = 0; kill < kills; kill++)
        {
            var (acknowledged, truncated) = await KillAfterAsync(folder.Path, writers: random.Next(1, 17), lines: random.Next(1, 600));
            truncatedThrough = Math.Max(truncatedThrough, truncated);
            acknowledgedInAll += acknowledged.Count;
            await using var provider = LogScenario.Provider(folder.Path);
            var log = await provider.OpenAsync(LogScenario.Shard, LogScenario.Cancel);
            var end = await log.GetEndAsync(LogScenario.Cancel);
            Assert.True(end.LastPosition >= last, "what an earlier round held is still there");
            Assert.True(end.FirstPosition <= truncatedThrough + 1, "no more was given back than was asked");
            var records = await log.ReadAllAsync(end.FirstPosition);
            LogScenario.AssertRecords(records, end.FirstPosition, end.LastPosition);
            foreach (var (position, checksum) in acknowledged.Where(pair => pair.Key >= end.FirstPosition))
                Assert.Equal(checksum, records[(int)(position - end.FirstPosition)].Checksum);
            Assert.True(acknowledged.Keys.DefaultIfEmpty().Max() <= end.LastPosition, "every acknowledged record is there");
            last = end.LastPosition;
        }
        output.WriteLine($"{kills} kills, {acknowledgedInAll} acknowledged records, 0 lost");
        Assert.True(acknowledgedInAll > kills);
    }

    private static async Task<(Dictionary<long, ulong> Acknowledged, long Truncated)> KillAfterAsync(string folder, int writers, int lines)
    {
        using var process = LogScenario.StartSelf(AppendingProcess.Verb, folder, writers.ToString(CultureInfo.InvariantCulture));
        var acknowledged = new Dictionary<long, ulong>();
        var truncated = 0L;
        for (var line = 0; await process.StandardOutput.ReadLineAsync(LogScenario.Cancel) is { } text; line++)
        {
            if (line == lines)
                process.Kill();
            // A kill may cut the last line: one without its end mark was not acknowledged to anyone.
            if (text.Split(' ') is ["A", var position, var checksum, "."])
                acknowledged[long.Parse(position, CultureInfo.InvariantCulture)] = ulong.Parse(checksum, CultureInfo.InvariantCulture);
            else if (text.Split(' ') is ["T", var through, "."])
                truncated = Math.Max(truncated, long.Parse(through, CultureInfo.InvariantCulture));
        }
        await process.WaitForExitAsync(LogScenario.Cancel);
        return (acknowledged, truncated);
    }
}
