using System.CommandLine;
using System.Globalization;
using Manifold.Cli.Output;
using Manifold.Client;

namespace Manifold.Cli.Commands;

internal static class CollectionsShowCommand
{
    public static Command Create()
    {
        var name = CommonSymbols.Collection();
        return new Command("show", "Show a collection's settings.") { name }.OnServer(async (parsed, client, terminal, cancellationToken) =>
        {
            Print(await client.GetCollectionAsync(parsed.GetRequiredValue(name), cancellationToken), terminal);
            return ExitCode.Ok;
        });
    }

    public static void Print(CollectionInfo collection, Terminal terminal)
    {
        if (terminal.Json)
        {
            terminal.WriteJson(JsonShapes.Of(collection));
            return;
        }

        var created = collection.Created?.ToString("u", CultureInfo.InvariantCulture) ?? "at an unknown time";
        terminal.WriteLine($"{collection.Name}: {collection.ShardCount} shard{(collection.ShardCount == 1 ? "" : "s")}{(collection.ReplicaCount == 1 ? "" : $" with {collection.ReplicaCount} replicas each")}, created {created}");
        if (collection.Split is { } split)
            terminal.WriteLine($"  being split into {split.ShardCount} shards; {split.Ready} of {split.ShardCount - collection.ShardCount} new ones have their items");
        if (collection.Restore is { } restore)
            terminal.WriteLine($"  being restored; {restore.Ready} of {collection.ShardCount} shards are there{(restore.Failure.Length > 0 ? $"; {restore.Failure}" : "")}");
        if (collection.Reencoding is { } reencoding && (reencoding.Items > 0 || !reencoding.IsComplete))
            terminal.WriteLine($"  {(reencoding.IsComplete ? "encoded" : "being encoded")}: {CollectionsAddSpaceCommand.Describe(reencoding)}");
        foreach (var failure in collection.Reencoding?.Failures ?? [])
            terminal.WriteLine($"    {failure.Id}: {failure.Reason}");
        foreach (var (i, space) in collection.Spaces.Index())
        {
            var filledBy = space.Encoder.Length > 0 ? $"filled by {space.Encoder}" : "vectors only";
            var several = space.IsMultiVector ? ", several vectors an item" : "";
            var scanned = space.Precision == Precision.Float32 ? "" : $", scanned as {space.Precision.ToString().ToLowerInvariant()}";
            terminal.WriteLine($"  space {space.Name}{(i == 0 && collection.Spaces.Count > 1 ? " (default)" : "")}: {space.Dimension} dimensions, {JsonShapes.NameOf(space.Metric)}, {filledBy}{several}{scanned}");
        }
    }
}
