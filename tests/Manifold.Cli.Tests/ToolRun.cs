using System.Text.Json;

namespace Manifold.Cli.Tests;

/// <summary>One run of the tool, with what it wrote.</summary>
public sealed record ToolRun(int ExitCode, string Output, string Error)
{
    /// <summary>The whole of standard output as one JSON value.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public static async Task<ToolRun> OfAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await ManifoldTool.RunAsync(args, output, error, TestContext.Current.CancellationToken);
        return new ToolRun(code, output.ToString(), error.ToString());
    }
}
