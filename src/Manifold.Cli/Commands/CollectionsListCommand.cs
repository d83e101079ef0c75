using System.CommandLine;
using System.Globalization;
using Manifold.Cli.Output;

namespace Manifold.Cli.Commands;

internal static class CollectionsListCommand
{
    public static Command Create() =>
        new Command("list", "List the collections.").OnServer(async (_, client, terminal, cancellationToken) =>
        {
            var collections = await client.ListCollectionsAsync(cancellationToken);
            if (terminal.Json)
            {
                terminal.WriteJson(new { Collections = collections.Select(JsonShapes.Of) });
                return ExitCode.Ok;
            }

            var table = Tables.Create("name", "dimension", "metric", "encoder", "shards").Right(1).Right(4);
            foreach (var collection in collections)
            {
                var space = collection.Spaces[0];
                table.AddTexts(
                    collection.Name,
                    space.Dimension.ToString(CultureInfo.InvariantCulture),
                    JsonShapes.NameOf(space.Metric),
                    space.Encoder,
                    collection.ShardCount.ToString(CultureInfo.InvariantCulture));
            }

            terminal.Display.Write(table);
            return ExitCode.Ok;
        });
}
