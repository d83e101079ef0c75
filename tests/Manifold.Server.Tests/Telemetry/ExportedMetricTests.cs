using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Manifold.Storage;
using Manifold.Storage.Tests;

namespace Manifold.Server.Tests;

/// <summary>What silos that have worked export: all that dashboard and alerts ask for, and just what the documentation lists.</summary>
[Collection(ThreeSilos.Name)]
public sealed partial class ExportedMetricTests(ThreeSilos cluster)
{
    private const string Documentation = "docs/telemetry.md";

    [Theory]
    [InlineData(MonitoringTests.Dashboard)]
    [InlineData(MonitoringTests.Alerts)]
    public async Task Metrics_ThatAreAskedFor_AreExportedByTheirWholeNames(string file)
    {
        // Segments are in a folder here; the cache that a bucket needs is a part of any process.
        using var folder = new Storage.Tests.TemporaryFolder();
        using var cache = SegmentCache.Open(new SegmentCacheOptions { Folder = folder.Path });
        await cluster.WorkAsync();
        var asked = MonitoringTests.Asked(file).Where(name => name.StartsWith("manifold_", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(asked);
        string[] missing = [];

        // An answer is kept for a moment, and may be of before the work.
        await Eventually.HoldsAsync(async () =>
        {
            var exported = (await cluster.ScrapeAsync()).SelectMany(text => Sample().Matches(text)).Select(match => match.Groups[1].Value).ToHashSet();
            missing = [.. asked.Where(name => !exported.Contains(name))];
            return missing.Length == 0;
        }).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.Empty(missing);
    }

    [Fact]
    public async Task Documentation_ListsTheInstrumentsThatThereAre_WithKindUnitAndTags()
    {
        using var folder = new Storage.Tests.TemporaryFolder();
        using var cache = SegmentCache.Open(new SegmentCacheOptions { Folder = folder.Path });
        await cluster.WorkAsync();
        cluster.Measurements.Observe("");

        var tags = cluster.Measurements.All.GroupBy(m => m.Instrument.Name)
            .ToDictionary(group => group.Key, group => group.SelectMany(m => m.Tags).Select(tag => tag.Split('=')[0]).Distinct().Order());
        var found = cluster.Measurements.Instruments.Where(instrument => instrument.Name.StartsWith("manifold.", StringComparison.Ordinal))
            .Select(instrument => $"{instrument.Name} | {KindOf(instrument)} | {instrument.Unit} | {string.Join(", ", tags.GetValueOrDefault(instrument.Name) ?? Enumerable.Empty<string>())}")
            .Distinct().Order(StringComparer.Ordinal).ToArray();
        var listed = Row().Matches(DeploymentFiles.Read(Documentation))
            .Select(row => $"{row.Groups[1].Value} | {row.Groups[2].Value} | {row.Groups[3].Value} | {string.Join(", ", row.Groups[4].Value.Split([',', ' ', '`'], StringSplitOptions.RemoveEmptyEntries).Order())}")
            .Order(StringComparer.Ordinal).ToArray();
        Assert.Empty(found.Except(listed));
        Assert.Empty(listed.Except(found));
        Assert.Distinct(listed);
    }

    private static string KindOf(Instrument instrument) => instrument.GetType().Name.Split('`')[0].Replace("Observable", "", StringComparison.Ordinal) switch
    {
        "Counter" => "counter",
        "UpDownCounter" => "up-down counter",
        "Gauge" => "gauge",
        "Histogram" => "histogram",
        var other => other,
    };

    [GeneratedRegex(@"^(manifold_\w+)(?:\{|\s)", RegexOptions.Multiline)]
    private static partial Regex Sample();

    // | `name` | kind | `unit` | `tags` | meaning |
    [GeneratedRegex(@"^\| `(manifold\.[\w.]+)` \| ([\w -]+?) \| `?([^|`]*?)`? \|([^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
