using System.CommandLine;
using System.Globalization;
using Manifold.Cli.Output;

namespace Manifold.Cli.Commands;

internal static class GetCommand
{
    public static Command Create()
    {
        var collection = CommonSymbols.Collection();
        var ids = CommonSymbols.Ids();
        var vectors = new Option<bool>("--vectors") { Description = "With the items' vectors." };
        return new Command("get", "Show items.") { collection, ids, vectors }.OnServer(async (parsed, client, terminal, cancellationToken) =>
        {
            var wanted = parsed.GetRequiredValue(ids);
            var withVectors = parsed.GetValue(vectors);
            var items = await client.GetAsync(parsed.GetRequiredValue(collection), wanted, withVectors, cancellationToken);
            var missing = wanted.Except(items.Select(i => i.Id)).ToArray();
            if (terminal.Json)
            {
                terminal.WriteJson(new { Items = items.Select(JsonShapes.Of), Missing = missing });
            }
            else
            {
                foreach (var item in items)
                    Print(item, terminal);
            }

            foreach (var id in missing)
                terminal.Error($"no item '{id}'");
            return missing.Length == 0 ? ExitCode.Ok : ExitCode.Error;
        });
    }

    private static void Print(Client.Item item, Terminal terminal)
    {
        var table = Tables.Create("field", "value");
        table.ShowHeaders = false;
        table.AddTexts("id", item.Id);
        table.AddTexts("kind", Captions.Of(item.Modality));
        if (item.ContentUri.Length > 0)
            table.AddTexts("uri", item.ContentUri);
        foreach (var (name, value) in item.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal))
            table.AddTexts(name, TextOf(value));
        foreach (var (space, vector) in item.Vectors)
            table.AddTexts($"vector {space}", TextOf(vector));
        terminal.Display.Write(table);
    }

    private static string TextOf(ReadOnlyMemory<float> vector) =>
        string.Join(", ", vector.ToArray().Select(v => v.ToString("G6", CultureInfo.InvariantCulture)));

    private static string TextOf(object value) => value switch
    {
        IReadOnlyList<string> list => string.Join(", ", list),
        DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
