using System.CommandLine;

namespace Manifold.Cli.Commands;

internal static class CollectionsCommand
{
    public static Command Create() => new("collections", "Create, list, show, change and drop collections.")
    {
        CollectionsCreateCommand.Create(),
        CollectionsListCommand.Create(),
        CollectionsShowCommand.Create(),
        CollectionsSplitCommand.Create(),
        CollectionsAddSpaceCommand.Create(),
        CollectionsSwitchCommand.Create(),
        CollectionsDropCommand.Create(),
    };
}
