using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Manifold.Server.Tests;

/// <summary>
/// The dashboard and the alerts ask for metrics that servers have. Alone, with a server of its own: where several are in a process, one that ends takes metrics of the same names from the others' answers.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed partial class MonitoringTests
{
    internal const string Dashboard = "deploy/grafana/dashboard.json", Alerts = "deploy/prometheus/alerts.yaml";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Of a file, the metrics that it asks for.</summary>
    public static IReadOnlyList<string> Asked(string file) =>
        [.. Expressions(file).SelectMany(e => Metric().Matches(Labels().Replace(e, " "))).Select(m => m.Value).Distinct()];

    [Theory]
    [InlineData(Dashboard)]
    [InlineData(Alerts)]
    public async Task Metrics_ThatAreAskedFor_Exist(string file)
    {
        await using var server = new ManagedServer();
        await server.InitializeAsync();
        var known = await KnownAsync(server);

        // Those of our own: ExportedMetricTests, by their whole names.
        var asked = Asked(file).Where(name => !name.StartsWith("manifold_", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(asked);
        // An answer is kept for a moment, and may be of before the first request.
        for (var until = DateTime.UtcNow.AddSeconds(10); !asked.All(name => known.Contains(Bare(name))) && DateTime.UtcNow < until; known = await KnownAsync(server))
        {
            await Task.Delay(200, Cancel);
        }
        Assert.DoesNotContain(asked, name => !known.Contains(Bare(name)));
    }

    [Fact]
    public void Alerts_AllOfThem_SayWhatIsWrongAndHowBadItIs()
    {
        var rules = DeploymentFiles.ReadYaml(Alerts).ListAt("groups").SelectMany(group => group.ListAt("rules")).ToArray();
        Assert.Equal(rules.Length, rules.Select(rule => rule.TextAt("alert")).Distinct().Count());
        Assert.All(rules, rule =>
        {
            Assert.Contains(rule.TextAt("labels", "severity"), new[] { "warning", "critical" });
            Assert.NotEmpty(rule.TextAt("annotations", "summary"));
        });
    }

    [Fact]
    public void Alerts_OfManifoldsOwnMetrics_HaveALineInTheRunbook()
    {
        var own = DeploymentFiles.ReadYaml(Alerts).ListAt("groups").SelectMany(group => group.ListAt("rules"))
            .Where(rule => rule.TextAt("expr").Contains("manifold_", StringComparison.Ordinal)).Select(rule => rule.TextAt("alert")).ToArray();
        Assert.NotEmpty(own);
        var runbook = DeploymentFiles.Read("deploy/README.md");
        Assert.All(own, alert => Assert.Contains($"\n| `{alert}` |", runbook, StringComparison.Ordinal));
    }

    [Fact]
    public void Panels_OfTheDashboard_HaveDistinctIdsAndDoNotOverlap()
    {
        using var dashboard = JsonDocument.Parse(DeploymentFiles.Read(Dashboard));
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToArray();
        Assert.Equal(panels.Length, panels.Select(p => p.GetProperty("id").GetInt32()).Distinct().Count());
        var cells = panels.Select(p => p.GetProperty("gridPos")).SelectMany(g => Cells(g.GetProperty("x").GetInt32(), g.GetProperty("y").GetInt32(), g.GetProperty("w").GetInt32(), g.GetProperty("h").GetInt32())).ToArray();
        Assert.Equal(cells.Length, cells.Distinct().Count());
    }

    private static IEnumerable<(int, int)> Cells(int x, int y, int width, int height) =>
        Enumerable.Range(x, width).SelectMany(column => Enumerable.Range(y, height).Select(row => (column, row)));

    private static IEnumerable<string> Expressions(string file) => file == Alerts
        ? DeploymentFiles.ReadYaml(file).ListAt("groups").SelectMany(group => group.ListAt("rules")).Select(rule => rule.TextAt("expr"))
        : DashboardExpression().Matches(DeploymentFiles.Read(file)).Select(m => m.Groups[1].Value);

    /// <summary>Those of a server that runs alone, and, as a cluster has more, all that Orleans has a name for.</summary>
    private static async Task<IReadOnlySet<string>> KnownAsync(ManagedServer shared)
    {
        // What requests take is known once there was one.
        await shared.Http.GetStringAsync(new Uri(shared.Server.HttpAddress!, "/alive"), Cancel);
        var text = await shared.Http.GetStringAsync(new Uri(shared.Server.HttpAddress!, "/metrics"), Cancel);
        var orleans = Assembly.Load("Orleans.Core").GetTypes().Single(type => type.Name == "InstrumentNames")
            .GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic).Where(field => field.IsLiteral)
            .Select(field => ((string)field.GetRawConstantValue()!).Replace('-', '_'));
        return TypeLine().Matches(text).Select(m => Bare(m.Groups[1].Value)).Concat(orleans).Append("up").ToHashSet();
    }

    // Prometheus' form of a name ends with the unit and the kind; Orleans' names are without both.
    private static string Bare(string name) => Suffix().Replace(name, "");

    [GeneratedRegex(@"(_(milliseconds|seconds|bytes|megabytes))?(_(total|bucket|sum|count))?$")]
    private static partial Regex Suffix();

    [GeneratedRegex(@"^# TYPE (\w+) ", RegexOptions.Multiline)]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"""(?:expr|query)"": ""((?:[^""\\]|\\.)*)""")]
    private static partial Regex DashboardExpression();

    [GeneratedRegex(@"\{[^}]*\}|\b(by|on) ?\([^)]*\)")]
    private static partial Regex Labels();

    // Functions are followed by a bracket.
    [GeneratedRegex(@"\b[a-z]\w*_\w+\b(?! ?\()|\bup\b")]
    private static partial Regex Metric();
}
