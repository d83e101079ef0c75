using System.CommandLine;

namespace Manifold.Cli.Commands;

internal static class DeleteCommand
{
    /// <summary>The server's batch limit.</summary>
    private const int BatchSize = 1000;

    public static Command Create()
    {
        var collection = CommonSymbols.Collection();
        var ids = CommonSymbols.Ids();
        return new Command("delete", "Delete items; one that is not there is no error.") { collection, ids }.OnServer(async (parsed, client, terminal, cancellationToken) =>
        {
            var deleted = 0;
            var failed = 0;
            foreach (var batch in parsed.GetRequiredValue(ids).Distinct().Chunk(BatchSize))
            {
                var result = await client.DeleteAsync(parsed.GetRequiredValue(collection), batch, cancellationToken: cancellationToken);
                deleted += result.Written;
                failed += result.Errors.Count;
                foreach (var error in result.Errors)
                    terminal.Error($"'{error.Id}': {error.Message}");
            }

            if (terminal.Json)
                terminal.WriteJson(new { Deleted = deleted, Failed = failed });
            else
                terminal.WriteLine($"deleted {deleted:N0}");
            return failed == 0 ? ExitCode.Ok : ExitCode.Error;
        });
    }
}
