namespace Manifold.Cli.Tests;

public sealed class UsageTests
{
    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("collections")]
    [InlineData("serve")]
    [InlineData("serve --data x --port 70000")]
    [InlineData("serve --data x --port abc")]
    [InlineData("serve --data x --device tpu")]
    [InlineData("collections create")]
    [InlineData("collections create c")]
    [InlineData("collections create c --dimension 4 --bundle b")]
    [InlineData("collections create c --dimension 0")]
    [InlineData("collections create c --dimension 4097")]
    [InlineData("collections create c --dimension 4 --metric euclid")]
    [InlineData("collections create c --bundle b --metric l2")]
    [InlineData("collections create c --dimension 4 --shards 1025")]
    [InlineData("collections add-space c --space s")]
    [InlineData("collections add-space c --bundle b")]
    [InlineData("collections add-space c --space s --bundle b --rate -1")]
    [InlineData("collections switch c")]
    [InlineData("ingest c")]
    [InlineData("search c")]
    [InlineData("search c text --weight-image 2")]
    [InlineData("search c text --weight-text 0")]
    [InlineData("search c text --weight-text heavy")]
    [InlineData("search c text --limit 0")]
    [InlineData("search c --vector 1,x --server http://127.0.0.1:1")]
    [InlineData("search c text --filter colour --server http://127.0.0.1:1")]
    [InlineData("count c --filter a=b --server http://127.0.0.1:1")]
    [InlineData("count c --server nowhere")]
    [InlineData("count c --server ftp://127.0.0.1")]
    [InlineData("get c")]
    [InlineData("status --bogus")]
    [InlineData("bundles import")]
    [InlineData("bundles pull")]
    [InlineData("bundles pull ../x --from http://127.0.0.1:1")]
    [InlineData("bundles pull x --from ftp://127.0.0.1")]
    public async Task Run_CommandLineThatIsNone_EndsWith2AndSaysWhy(string arguments)
    {
        var run = await ToolRun.OfAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("search --help")]
    [InlineData("collections create --help")]
    [InlineData("--version")]
    public async Task Run_Help_EndsWith0(string arguments)
    {
        var run = await ToolRun.OfAsync(arguments.Split(' '));

        Assert.Equal(0, run.ExitCode);
        Assert.NotEmpty(run.Output);
    }

    [Fact]
    public async Task Run_FilterWithAMistake_SaysWhere()
    {
        var run = await ToolRun.OfAsync("count", "c", "--filter", "colour = red");

        Assert.Equal("error: --filter: at character 10: expected a value; texts go in quotes, as in \"red\", found 'red'", run.Error.Trim());
    }

    [Fact]
    public async Task Run_NoServer_EndsWith1AndSaysHowToStartOne()
    {
        var run = await ToolRun.OfAsync("status", "--server", "http://127.0.0.1:1");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("no server answers", run.Error, StringComparison.Ordinal);
        Assert.Contains("manifold serve", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Trim().Split('\n'));
    }
}
