using System.CommandLine;
using System.CommandLine.Help;
using Manifold.Cli.Commands;

namespace Manifold.Cli;

/// <summary>The `manifold` command line.</summary>
internal static class ManifoldTool
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromMinutes(1);

    /// <summary>Reads and runs a command line. Never throws: errors become a line on <paramref name="error"/> and an <see cref="ExitCode"/>.</summary>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken cancellationToken = default)
    {
        // A query may begin with '@'; no argument names a file of arguments.
        var parsed = Root().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
        {
            foreach (var problem in parsed.Errors.Select(e => e.Message).Distinct())
                await error.WriteLineAsync($"error: {problem}");
            await error.WriteLineAsync($"see: manifold {CommandPath(parsed)}--help");
            return ExitCode.Usage;
        }

        // A server that is told to stop hands over what it leads before it leaves: that takes longer than the 2 s that are given otherwise.
        var configuration = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = StopTimeout,
        };
        return await parsed.InvokeAsync(configuration, cancellationToken);
    }

    private static RootCommand Root() => new("Manifold finds things by meaning, across texts and pictures.")
    {
        DemoCommand.Create(),
        ServeCommand.Create(),
        CollectionsCommand.Create(),
        SnapshotCommand.Create(),
        IngestCommand.Create(),
        SearchCommand.Create(),
        GetCommand.Create(),
        UpdateCommand.Create(),
        DeleteCommand.Create(),
        CountCommand.Create(),
        FacetsCommand.Create(),
        StatusCommand.Create(),
        ReplicasCommand.Create(),
        BundlesCommand.Create(),
    };

    private static string CommandPath(ParseResult parsed)
    {
        var path = "";
        for (var result = parsed.CommandResult; result.Command is not RootCommand; result = (System.CommandLine.Parsing.CommandResult)result.Parent!)
            path = $"{result.Command.Name} {path}";
        return path;
    }
}
