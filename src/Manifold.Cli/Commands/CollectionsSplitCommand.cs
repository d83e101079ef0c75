using System.CommandLine;
using Manifold.Cli.Output;
using Manifold.Client;

namespace Manifold.Cli.Commands;

internal static class CollectionsSplitCommand
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    public static Command Create()
    {
        var name = CommonSymbols.Collection();
        var noWait = new Option<bool>("--no-wait") { Description = "Begin it, and do not wait for its end." };
        return new Command("split", "Split each shard of a collection in two, while it is read and written.") { name, noWait }.OnServer(async (parsed, client, terminal, cancellationToken) =>
        {
            var collection = await client.SplitCollectionAsync(parsed.GetRequiredValue(name), cancellationToken);
            if (!parsed.GetValue(noWait))
                collection = await WaitAsync(collection, client, terminal, cancellationToken);
            CollectionsShowCommand.Print(collection, terminal);
            return ExitCode.Ok;
        });
    }

    private static async Task<CollectionInfo> WaitAsync(CollectionInfo collection, ManifoldClient client, Terminal terminal, CancellationToken cancellationToken)
    {
        var told = -1;
        while (collection.Split is { } split)
        {
            if (split.Ready != told)
                terminal.Note($"{split.Ready} of {split.ShardCount - collection.ShardCount} new shards have their items (it goes on without this command)");
            told = split.Ready;
            await Task.Delay(LookEvery, cancellationToken);
            collection = await client.GetCollectionAsync(collection.Name, cancellationToken);
        }

        return collection;
    }
}
