using System.Diagnostics;
using Manifold.Cli.Output;
using Manifold.Cli.Sources;
using Manifold.Client;

namespace Manifold.Cli.Demo;

/// <summary>Takes in the sample media and asks the demo's queries, as a user would with <c>ingest</c> and <c>search</c>.</summary>
/// <param name="client">The server.</param>
/// <param name="samples">The sample media.</param>
/// <param name="media">Which of audio and video are taken in, and asked for.</param>
/// <param name="terminal">Where it is told.</param>
internal sealed class DemoRun(ManifoldClient client, Samples samples, IReadOnlySet<Modality> media, Terminal terminal)
{
    public const string Collection = "demo";

    public const string Bundle = "manifold-mini";

    /// <summary>The space that has a vector for each moment of a recording or video.</summary>
    public const string Moments = "moments";

    /// <summary>A row of the contact sheet.</summary>
    private const int HitsPerQuery = 6;

    /// <summary>Takes everything in and returns the number of items in the collection.</summary>
    /// <exception cref="ToolException">A sample could not be taken in.</exception>
    public async Task<long> IngestAsync(CancellationToken cancellationToken)
    {
        var collection = await client.CreateCollectionAsync(Collection, [Space.OfBundle(Bundle), Space.OfBundle(Bundle) with { Name = Moments, IsMultiVector = true }], cancellationToken: cancellationToken);
        (string File, Modality? Medium)[] lists = [(samples.Pictures, null), (samples.Texts, null), (samples.Sounds, Modality.Audio), (samples.Videos, Modality.Video)];
        foreach (var file in lists.Where(list => CanTake(list.Medium) && File.Exists(list.File)).Select(list => list.File))
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
        foreach (var query in queries.Where(query => CanTake(query.Medium)))
        {
            var parts = new List<QueryPart>();
            if (query.Picture is { } picture)
                parts.Add(QueryPart.FromImage((await ContentFile.ReadPictureAsync(samples.Query(picture), cancellationToken)).Bytes));
            if (query.Sound is { } sound)
                parts.Add(QueryPart.FromAudio((await ContentFile.ReadMediaAsync(samples.Query(sound), Modality.Audio, cancellationToken)).Bytes));
            if (query.Words.Length > 0)
                parts.Add(QueryPart.FromText(query.Words));
            var filter = query.Filter is null ? null : Filter.Parse(query.Filter);
            var result = await client.SearchAsync(Collection, new SearchQuery { Parts = parts, Limit = HitsPerQuery, Filter = filter, Space = query.Space }, cancellationToken);
            answers.Add(new DemoAnswer(query, result.Hits));
        }

        return answers;
    }

    private bool CanTake(Modality? medium) => medium is not { } needed || media.Contains(needed);
}
