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
        var data = new Option<string?>("--data") { Description = "The data cache; default MANIFOLD_DATA, else ~/.cache/manifold-data." };
        var command = new Command("evaluate", "Score a bundle on the retrieval tests of docs/evaluation.md.") { bundle, split, json, data };
        command.SetAction(parse => Run(parse.GetRequiredValue(bundle), parse.GetRequiredValue(split), parse.GetValue(json), parse.GetValue(data)));
        return command;
    }

    private static int Run(string bundle, string split, FileInfo? json, string? data)
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
        Console.Error.WriteLine("The speech tests are left out: the bundle has no audio tower.");
        using var encoder = new BundleProbeEncoder(loaded);
        var report = Evaluator.Run(EvaluationSuite.Build(corpus, parts), encoder);
        if (json is not null)
        {
            json.Directory?.Create();
            File.WriteAllText(json.FullName, report.ToJson());
            Console.Error.WriteLine($"Scores written to {json.FullName}");
        }

        report.WriteTable(Console.Out);
        return 0;
    }
}
