using System.Collections;
using System.Text.Json;

namespace Manifold.Cluster.Tests;

/// <summary>The README's first command, where nothing was built before.</summary>
public sealed class FreshCloneTests(ITestOutputHelper output)
{
    private static readonly string[] Kinds = ["text", "text", "text", "image", "mixed", "filtered", "moment"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Demo_FreshClone_PrintsOneJsonObjectAndNothingElse()
    {
        using var folder = new TemporaryFolder();
        var clone = folder["clone"];
        var commit = await RunAsync("git", ["-C", Repository.Root, "rev-parse", "HEAD"]);
        Assert.SkipWhen(commit is null, "there is no git, or the sources are not in a repository");
        Assert.NotNull(await RunAsync("git", ["clone", "--quiet", "--no-checkout", Repository.Root, clone]));
        Assert.NotNull(await RunAsync("git", ["-C", clone, "checkout", "--quiet", commit.Trim()]));

        var started = TimeProvider.System.GetTimestamp();
        await using var demo = ToolProcess.Start(
            Repository.Dotnet, ["run", "--project", "src/Manifold.Cli", "-c", "Release", "--", "demo", "--json"], clone, CleanEnvironment());
        var (code, text, errors) = await demo.WaitAsync(Cancel);
        output.WriteLine($"{TimeProvider.System.GetElapsedTime(started).TotalSeconds:0} s; standard error:\n{errors}");
        Assert.Equal(0, code);

        using var json = JsonDocument.Parse(text);
        var report = json.RootElement;
        Assert.Equal(["items", "queries", "seconds"], report.EnumerateObject().Select(p => p.Name).Order());
        Assert.True(report.GetProperty("items").GetInt64() >= 400);
        Assert.True(report.GetProperty("seconds").GetDouble() > 0);
        var queries = report.GetProperty("queries").EnumerateArray().ToArray();
        Assert.Equal(Kinds, queries.Select(q => q.GetProperty("kind").GetString()));
        Assert.All(queries, AssertQuery);

        // Nothing but what git ignores lies about in the sources, the contact sheet apart.
        var status = await RunAsync("git", ["-C", clone, "status", "--porcelain"]);
        Assert.All(status!.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Contains("manifold-demo.png", line, StringComparison.Ordinal));
    }

    private static void AssertQuery(JsonElement query)
    {
        Assert.Equal(["hits", "kind", "query"], query.EnumerateObject().Select(p => p.Name).Order());
        Assert.NotEmpty(query.GetProperty("query").GetString()!);
        var hits = query.GetProperty("hits").EnumerateArray().ToArray();
        Assert.NotEmpty(hits);
        Assert.Equal(hits.Length, hits.Select(h => h.GetProperty("id").GetString()).Distinct().Count());
        Assert.Equal(hits.Select(h => h.GetProperty("score").GetDouble()).OrderDescending(), hits.Select(h => h.GetProperty("score").GetDouble()));
        Assert.All(hits, hit => Assert.Contains(hit.GetProperty("modality").GetString(), new[] { "text", "image", "audio", "video" }));
        Assert.All(hits, hit => Assert.Equal(["id", "modality", "score"], hit.EnumerateObject().Select(p => p.Name).Order()));
    }

    /// <summary>What a build inside a build would inherit is taken out, and nothing of it stays behind: a build server would hold the pipe open.</summary>
    private static IEnumerable<KeyValuePair<string, string?>> CleanEnvironment() =>
    [
        .. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(e => (string)e.Key)
            .Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name.StartsWith("Manifold__", StringComparison.OrdinalIgnoreCase))
            .Select(name => KeyValuePair.Create(name, (string?)null)),
        new("MSBUILDDISABLENODEREUSE", "1"),
        new("UseSharedCompilation", "false"),
    ];

    /// <returns>Standard output; <c>null</c> if it failed or is not there.</returns>
    private static async Task<string?> RunAsync(string program, string[] arguments)
    {
        try
        {
            await using var process = ToolProcess.Start(program, arguments);
            var (code, text, _) = await process.WaitAsync(Cancel);
            return code == 0 ? text : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
