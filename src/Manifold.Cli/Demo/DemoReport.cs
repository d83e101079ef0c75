using System.Globalization;
using Manifold.Cli.Output;
using Manifold.Cli.Sheets;
using Spectre.Console;

namespace Manifold.Cli.Demo;

/// <summary>Shows what the demo found.</summary>
internal sealed class DemoReport(IReadOnlyList<DemoAnswer> answers, long items, double seconds)
{
    public void WriteJson(Terminal terminal) => terminal.WriteJson(new
    {
        Items = items,
        Seconds = Math.Round(seconds, 3),
        Queries = answers.Select(a => new
        {
            Query = a.Query.Title,
            a.Query.Kind,
            Hits = a.Hits.Select(h => new { h.Item.Id, h.Score, Modality = Captions.Of(h.Item.Modality) }),
        }),
    });

    public void WriteTables(Terminal terminal)
    {
        terminal.WriteLine($"{items:N0} items, {answers.Count} queries, {seconds.ToString("0.0", CultureInfo.InvariantCulture)} s from start to answers");
        foreach (var answer in answers)
        {
            terminal.WriteLine();
            terminal.Display.MarkupLineInterpolated($"[bold]{answer.Query.Title}[/]");
            terminal.Display.Write(HitsTable.Of(answer.Hits));
        }
    }

    /// <summary>Draws the contact sheet to the first of these places that can be written, and returns it.</summary>
    public async Task<string> WriteSheetAsync(Samples samples, IReadOnlyList<string> places, CancellationToken cancellationToken)
    {
        var rows = answers
            .Select(a => new SheetRow(a.Query.Words, (a.Query.Picture ?? a.Query.Sound) is { } medium ? samples.Query(medium) : null, a.Query.Filter, a.Hits))
            .ToArray();
        var subtitle = $"{answers.Count} queries over {items:N0} items, encoded by {DemoRun.Bundle}";
        for (var i = 0; ; i++)
        {
            try
            {
                await ContactSheet.WriteAsync(places[i], subtitle, rows, cancellationToken);
                return Path.GetFullPath(places[i]);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException && i + 1 < places.Count)
            {
                // The current folder may be read-only; the next place is the temporary folder.
            }
        }
    }
}
