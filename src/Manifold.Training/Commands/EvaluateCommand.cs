using System.CommandLine;
using Manifold.Encoders;

namespace Manifold.Training;

/// <summary><c>evaluate --bundle FOLDER|default --split dev|reserved|both --json OUT.json</c>.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var bundle = new Option<string>("--bundle") { Description = "The bundle's folder, or 'default' for the shipped manifold-mini.", DefaultValueFactory = _ => BundleLocation.Default };
        var split = new Option<string>("--split") { Description = "Whose queries: dev (to choose models with), reserved (final figures), both.", DefaultValueFactory = _ => "dev" };
        split.AcceptOnlyFromAmong("dev", "reserved", "both");
        var json = new Option<FileInfo?>("--json") { Description = "Where to write the scores." };
        var only = new Option<string[]>("--tests") { Description = "Only the tests whose names begin so: A, B.t2i, A.s2t, video.", AllowMultipleArgumentsPerToken = true };
        var queries = new Option<string?>("--queries") { Description = "A file of queries that others wrote, in the place of the tests' own: query, language and the ids of right items a line, with tabs between." };
        var data = new Option<string?>("--data") { Description = "The data cache; default MANIFOLD_DATA, else ~/.cache/manifold-data." };
        var command = new Command("evaluate", "Score a bundle on the retrieval tests of docs/evaluation.md.") { bundle, split, only, queries, json, data };
        command.SetAction(parse => RunAsync(parse.GetRequiredValue(bundle), parse.GetRequiredValue(split), parse.GetValue(only) ?? [], parse.GetValue(queries), parse.GetValue(json), parse.GetValue(data)));
        return command;
    }

    private static async Task<int> RunAsync(string bundle, string split, string[] only, string? queries, FileInfo? json, string? data)
    {
        var loaded = Bundle.Load(BundleLocation.Resolve(bundle));
        var corpus = new Corpus(DataCache.Open(data));
        HashSet<SplitPart> parts = split switch
        {
            "dev" => [SplitPart.Dev],
            "reserved" => [SplitPart.Reserved],
            _ => [SplitPart.Dev, SplitPart.Reserved],
        };
        Console.Error.WriteLine($"{loaded.Manifest.Name} {loaded.Manifest.Version}, {loaded.Manifest.Dimension} dimensions; queries of {split}, galleries of dev and reserved together.");
        using var encoder = new BundleProbeEncoder(loaded);
        var report = queries is null ? await ScoreAsync(loaded, encoder, corpus, parts, only) : Evaluator.Run(QueryFile.Read(queries, EvaluationSuite.Galleries(corpus)), encoder);
        if (report.Tests.Count == 0)
            throw new InvalidDataException($"No test's name begins with {string.Join(" or ", only)}.");
        if (json is not null)
        {
            json.Directory?.Create();
            await File.WriteAllTextAsync(json.FullName, report.ToJson());
            Console.Error.WriteLine($"Scores written to {json.FullName}");
        }

        report.WriteTable(Console.Out);
        return 0;
    }

    private static async Task<EvaluationReport> ScoreAsync(Bundle bundle, BundleProbeEncoder encoder, Corpus corpus, IReadOnlySet<SplitPart> parts, string[] only)
    {
        bool IsAsked(string test) => only.Length == 0 || only.Any(prefix => test.StartsWith(prefix, StringComparison.Ordinal));
        var tests = EvaluationSuite.Build(corpus, parts).ToList();
        if (bundle.Manifest.Towers.Audio is not null)
            tests.AddRange(SpeechTests.Build(corpus, parts));
        else
            Console.Error.WriteLine("The speech tests are left out: the bundle has no tower of sound.");
        var report = Evaluator.Run([.. tests.Where(test => IsAsked(test.Name))], encoder);
        return IsAsked(MomentTest.Name) ? new EvaluationReport([.. report.Tests, await MomentTest.ScoreAsync(bundle, corpus, parts)]) : report;
    }
}
