using System.Diagnostics;
using Manifold.Cli.Output;
using Manifold.Cli.Sources;
using Manifold.Client;

namespace Manifold.Cli.Demo;

/// <summary>Takes in the sample media and asks the demo's queries, as a user would with <c>ingest</c> and <c>search</c>.</summary>
internal sealed class DemoRun(ManifoldClient client, Samples samples, Terminal terminal)
{
    public const string Collection = "demo";

    public const string Bundle = "manifold-mini";

    /// <summary>A row of the contact sheet.</summary>
    private const int HitsPerQuery = 6;

    /// <summary>Takes everything in and returns the number of items in the collection.</summary>
    /// <exception cref="ToolException">A sample could not be taken in.</exception>
    public async Task<long> IngestAsync(CancellationToken cancellationToken)
    {
        var collection = await client.CreateCollectionAsync(Collection, Space.OfBundle(Bundle), cancellationToken: cancellationToken);
        foreach (var file in new[] { samples.Pictures, samples.Texts }.Where(File.Exists))
        {
            var source = new JsonlSource(file, collection.Spaces[0].Name);
            var started = Stopwatch.GetTimestamp();
            var report = await IngestDisplay.RunAsync(
                terminal, Path.GetFileName(file), source.Total, progress => new IngestRun(client, Collection).RunAsync(source, progress, cancellationToken));
            report.PrintErrors(terminal);
            if (report.Failed > 0)
                throw new ToolException($"{report.Failed:N0} of the sample media could not be taken in");
            terminal.Note($"took in {report.Ingested:N0} items of {Path.GetFileName(file)} in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        }

        return await client.CountAsync(Collection, cancellationToken: cancellationToken);
    }

    public async Task<IReadOnlyList<DemoAnswer>> AskAsync(IReadOnlyList<DemoQuery> queries, CancellationToken cancellationToken)
    {
        var answers = new List<DemoAnswer>();
        foreach (var query in queries)
        {
            var parts = new List<QueryPart>();
            if (query.Picture is { } picture)
                parts.Add(QueryPart.FromImage((await ContentFile.ReadPictureAsync(samples.Query(picture), cancellationToken)).Bytes));
            if (query.Words.Length > 0)
                parts.Add(QueryPart.FromText(query.Words));
            var filter = query.Filter is null ? null : Filter.Parse(query.Filter);
            var result = await client.SearchAsync(Collection, new SearchQuery { Parts = parts, Limit = HitsPerQuery, Filter = filter }, cancellationToken);
            answers.Add(new DemoAnswer(query, result.Hits));
        }

        return answers;
    }
}
