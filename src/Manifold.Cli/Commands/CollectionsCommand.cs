using System.CommandLine;

namespace Manifold.Cli.Commands;

internal static class CollectionsCommand
{
    public static Command Create() => new("collections", "Create, list, show, split and drop collections.")
    {
        CollectionsCreateCommand.Create(),
        CollectionsListCommand.Create(),
        CollectionsShowCommand.Create(),
        CollectionsSplitCommand.Create(),
        CollectionsDropCommand.Create(),
    };
}
