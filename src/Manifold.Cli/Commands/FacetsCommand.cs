using System.CommandLine;
using System.Globalization;
using Manifold.Cli.Output;
using Manifold.Client;

namespace Manifold.Cli.Commands;

internal static class FacetsCommand
{
    private const int DefaultLimit = 10;

    public static Command Create()
    {
        var collection = CommonSymbols.Collection();
        var attribute = new Argument<string>("attribute") { Description = "The attribute's name." };
        var filter = CommonSymbols.Filter();
        var limit = CommonSymbols.Number("--limit", $"Values wanted; default {DefaultLimit}.", 1, 10_000);
        var edges = new Option<double[]>("--edges")
        {
            Description = "Where buckets of numbers begin, ascending.",
            HelpName = "number",
            AllowMultipleArgumentsPerToken = true,
        };
        return new Command("facets", "Count the values of an attribute.") { collection, attribute, filter, limit, edges }.OnServer(async (parsed, client, terminal, cancellationToken) =>
        {
            var result = await client.FacetsAsync(
                parsed.GetRequiredValue(collection),
                parsed.GetRequiredValue(attribute),
                parsed.GetValue(filter) is { } condition ? Filter.Parse(condition) : null,
                parsed.GetValue(limit) ?? DefaultLimit,
                parsed.GetValue(edges)?.Cast<object>(),
                cancellationToken);
            if (terminal.Json)
                terminal.WriteJson(new { result.Values, result.HasMore, Complete = result.IsComplete, result.Numbers, result.Times });
            else
                Print(result, terminal);
            return ExitCode.Ok;
        });
    }

    private static void Print(FacetResult result, Terminal terminal)
    {
        if (result is { Values.Count: 0, Numbers: null, Times: null })
            terminal.WriteLine("no values");
        if (result.Values.Count > 0)
        {
            var table = Tables.Create("value", "items").Right(1);
            foreach (var (value, count) in result.Values)
                table.AddTexts(Tables.Shorten(TextOf(value), 80), CountOf(count));
            terminal.Display.Write(table);
        }

        if (result.HasMore)
            terminal.Note("there are more values: raise --limit");
        if (!result.IsComplete)
            terminal.Note("a shard has more values than are counted at once: counts are at least as great as shown");
        Print("numbers", result.Numbers, terminal);
        Print("times", result.Times, terminal);
    }

    private static void Print(string name, FacetRange? range, Terminal terminal)
    {
        if (range is null)
            return;
        terminal.WriteLine($"{CountOf(range.Count)} {name} from {TextOf(range.Min)} to {TextOf(range.Max)}");
        if (range.Buckets.Count > 0)
            terminal.WriteLine($"buckets: {string.Join(' ', range.Buckets.Select(CountOf))}");
    }

    private static string CountOf(long count) => count.ToString(CultureInfo.InvariantCulture);

    private static string TextOf(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
        _ => $"{value}",
    };
}
