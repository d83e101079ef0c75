using System.CommandLine;
using System.Globalization;
using Manifold.Cli.Output;
using Manifold.Cli.Sheets;
using Manifold.Client;

namespace Manifold.Cli.Commands;

internal static class SearchCommand
{
    private const int DefaultLimit = 10;

    public static Command Create()
    {
        var collection = CommonSymbols.Collection();
        var parts = new SearchParts();
        var words = new SearchWords();
        var limit = CommonSymbols.Number("--limit", $"Hits wanted; default {DefaultLimit}.", 1, 10_000);
        var filter = CommonSymbols.Filter();
        var threshold = new Option<float?>("--threshold") { Description = "Leave out hits with a smaller score." };
        var space = new Option<string?>("--space") { Description = "The space to search; default: the collection's first." };
        var recall = new Option<double?>("--recall") { Description = "The mean share of the true nearest items to be found, above 0 and at most 1; default 0.95. Less is faster.", HelpName = "share" };
        var exact = new Option<bool>("--exact") { Description = "Score every item that the filter allows." };
        var sheet = new Option<string?>("--sheet") { Description = "Draw the query and its hits to this PNG file.", HelpName = "file" };

        var command = new Command("search", "Find the items nearest to a text, a picture, a vector, an item, or a mixture of these; or those whose texts have some words; or both.")
        {
            collection, limit, filter, threshold, space, recall, exact, sheet,
        };
        parts.AddTo(command, words.Match);
        words.AddTo(command);
        return command.OnServer(async (parsed, client, terminal, cancellationToken) =>
        {
            var query = new SearchQuery
            {
                Parts = await parts.ReadAsync(parsed, cancellationToken),
                Match = words.Read(parsed, parts.Text(parsed)),
                Fusion = words.ReadFusion(parsed),
                Limit = parsed.GetValue(limit) ?? DefaultLimit,
                Filter = parsed.GetValue(filter) is { } condition ? Filter.Parse(condition) : null,
                ScoreThreshold = parsed.GetValue(threshold),
                Space = parsed.GetValue(space) ?? "",
                Recall = parsed.GetValue(recall),
                Exact = parsed.GetValue(exact),
            };
            var name = parsed.GetRequiredValue(collection);
            var result = await client.SearchAsync(name, query, cancellationToken);
            Print(result, terminal);

            if (parsed.GetValue(sheet) is { } file)
            {
                var row = new SheetRow(words.Describe(parsed, parts.Describe(parsed)), parts.MediumPath(parsed), parsed.GetValue(filter), result.Hits);
                await ContactSheet.WriteAsync(file, $"{result.Hits.Count.ToString(CultureInfo.InvariantCulture)} hits in {name}", [row], cancellationToken);
                terminal.Note($"wrote {Path.GetFullPath(file)}");
            }

            return ExitCode.Ok;
        });
    }

    private static void Print(SearchResult result, Terminal terminal)
    {
        if (terminal.Json)
            terminal.WriteJson(new { Hits = result.Hits.Select(JsonShapes.Of), result.ShardsAnswered, result.ShardsTotal, result.Effort });
        else if (result.Hits.Count == 0)
            terminal.WriteLine("no hits");
        else
            terminal.Display.Write(HitsTable.Of(result.Hits));
    }
}
