using System.CommandLine;
using System.Globalization;
using Manifold.Client;

namespace Manifold.Cli.Commands;

internal static class CountCommand
{
    public static Command Create()
    {
        var collection = CommonSymbols.Collection();
        var filter = CommonSymbols.Filter();
        return new Command("count", "Count the items of a collection.") { collection, filter }.OnServer(async (parsed, client, terminal, cancellationToken) =>
        {
            var condition = parsed.GetValue(filter) is { } text ? Filter.Parse(text) : null;
            var count = await client.CountAsync(parsed.GetRequiredValue(collection), condition, cancellationToken);
            if (terminal.Json)
                terminal.WriteJson(new { Count = count });
            else
                terminal.WriteLine(count.ToString(CultureInfo.InvariantCulture));
            return ExitCode.Ok;
        });
    }
}
