using System.Text.Json;
using Manifold.Encoders;

namespace Manifold.Cli.Tests;

/// <summary>The demo as a user runs it: a real server in this process, the real bundle, the sample media.</summary>
public sealed class DemoTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Demo_Json_IsOneObjectWithAllQueriesAndDrawsTheSheet()
    {
        var sheet = _folder.File("sheet.png");

        var run = await ToolRun.OfAsync("demo", "--json", "--data", _folder.File("data"), "--sheet", sheet);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.InRange(run.Json.GetProperty("items").GetInt32(), 400, 10_000);
        Assert.InRange(run.Json.GetProperty("seconds").GetDouble(), 0.01, 600);
        var queries = run.Json.GetProperty("queries").EnumerateArray().ToArray();
        Assert.Equal(["text", "text", "text", "image", "mixed", "filtered", .. HasSound() ? ["sound", "sound"] : Array.Empty<string>(), "moment"], queries.Select(q => q.GetProperty("kind").GetString()));
        Assert.All(queries, q => Assert.NotEmpty(q.GetProperty("query").GetString()!));
        Assert.All(queries, AssertHits);
        Assert.True(new FileInfo(sheet).Length > 50_000);
    }

    [Fact]
    public async Task Serve_DataThatIsAFile_EndsWith1AndNamesIt()
    {
        var file = _folder.Write("taken", "x");

        var run = await ToolRun.OfAsync("serve", "--data", file, "--port", "0", "--json");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(file, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    // Recordings are asked with once the shipped bundle has a tower for them.
    private static bool HasSound()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, "bundles", "manifold-mini") is var bundle && Bundle.Exists(bundle))
                return Bundle.Load(bundle).Manifest.Towers.Audio is not null;
        }

        throw new DirectoryNotFoundException("There is no bundles/manifold-mini above the test.");
    }

    private static void AssertHits(JsonElement query)
    {
        var hits = query.GetProperty("hits").EnumerateArray().ToArray();
        Assert.InRange(hits.Length, 1, 6);
        Assert.Equal(hits.Length, hits.Select(h => h.GetProperty("id").GetString()).Distinct().Count());
        Assert.All(hits, h => Assert.Contains(h.GetProperty("modality").GetString(), new[] { "text", "image", "audio", "video" }));
        var scores = hits.Select(h => h.GetProperty("score").GetSingle()).ToArray();
        Assert.Equal(scores.OrderDescending(), scores);
    }
}
