using System.CommandLine;

namespace Manifold.Cli.Commands;

internal static class CollectionsDropCommand
{
    public static Command Create()
    {
        var name = CommonSymbols.Collection();
        return new Command("drop", "Delete a collection and all its items.") { name }.OnServer(async (parsed, client, terminal, cancellationToken) =>
        {
            var dropped = parsed.GetRequiredValue(name);
            await client.DropCollectionAsync(dropped, cancellationToken);
            if (terminal.Json)
                terminal.WriteJson(new { Dropped = dropped });
            else
                terminal.WriteLine($"dropped {dropped}");
            return ExitCode.Ok;
        });
    }
}
