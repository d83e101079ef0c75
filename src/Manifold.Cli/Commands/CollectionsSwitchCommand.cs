using System.CommandLine;

namespace Manifold.Cli.Commands;

internal static class CollectionsSwitchCommand
{
    public static Command Create()
    {
        var name = CommonSymbols.Collection();
        var space = new Argument<string>("space") { Description = "The space that searches go to from here when they name none." };
        var force = new Option<bool>("--force") { Description = "Also while items are still being encoded for it: searches do not find the others." };
        return new Command("switch", "Make another space the default.") { name, space, force }.OnServer(async (parsed, client, terminal, cancellationToken) =>
        {
            CollectionsShowCommand.Print(
                await client.SwitchSpaceAsync(parsed.GetRequiredValue(name), parsed.GetRequiredValue(space), parsed.GetValue(force), cancellationToken), terminal);
            return ExitCode.Ok;
        });
    }
}
