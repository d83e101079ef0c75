using System.CommandLine;
using Manifold.Client;

namespace Manifold.Cli.Commands;

internal static class CollectionsCreateCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "1 to 64 of letters, digits, '-' and '_'." };
        var dimension = CommonSymbols.Number("--dimension", "The length of the vectors that you bring.", 1, 4096);
        var metric = new Option<string?>("--metric") { Description = "cosine (default), ip (inner product) or l2; with --dimension." };
        metric.AcceptOnlyFromAmong("cosine", "ip", "l2");
        var multi = new Option<bool>("--multi-vector") { Description = "Items have several vectors, of regions or moments, and are scored by the best of them (MaxSim). With --bundle: a vector for each moment of sound and video." };
        var precision = new Option<Precision>("--precision") { Description = "What scans read: float32 (default), float16 or int8. Scores are exact with each.", DefaultValueFactory = _ => Precision.Float32 };
        var codeBits = CommonSymbols.Number("--code-bits", "Bits of an element in the codes of the index; default 4.", 1, 4);
        var bundle = new Option<string?>("--bundle") { Description = "The encoder that fills the collection from texts, pictures, sound and video." };
        var shards = CommonSymbols.Number("--shards", "Hash partitions; the server's default if left out.", 1, 1024);
        var replicas = CommonSymbols.Number("--replicas", "Serving copies of each shard; the server's default if left out.", 1, 5);

        var command = new Command("create", "Create a collection, of vectors or of content.") { name, dimension, metric, multi, precision, codeBits, bundle, shards, replicas };
        command.Validators.Add(result =>
        {
            var (hasDimension, hasBundle) = (result.GetResult(dimension) is not null, result.GetResult(bundle) is not null);
            if (hasDimension == hasBundle)
                result.AddError("give one of --dimension (vectors that you bring) and --bundle (texts, pictures, sound and video)");
            if (hasBundle && result.GetResult(metric) is not null)
                result.AddError("--metric goes with --dimension; a bundle's vectors are compared by cosine");
        });
        return command.OnServer(async (parsed, client, terminal, cancellationToken) =>
        {
            var space = parsed.GetValue(bundle) is { } encoder
                ? Space.OfBundle(encoder)
                : Space.OfVectors(parsed.GetValue(dimension)!.Value, MetricOf(parsed.GetValue(metric)));
            space = space with { IsMultiVector = parsed.GetValue(multi), Precision = parsed.GetValue(precision), CodeBits = parsed.GetValue(codeBits) ?? space.CodeBits };
            var created = await client.CreateCollectionAsync(parsed.GetRequiredValue(name), space, parsed.GetValue(shards) ?? 0, parsed.GetValue(replicas) ?? 0, cancellationToken);
            CollectionsShowCommand.Print(created, terminal);
            return ExitCode.Ok;
        });
    }

    private static Metric MetricOf(string? name) => name switch
    {
        "ip" => Metric.InnerProduct,
        "l2" => Metric.L2,
        _ => Metric.Cosine,
    };
}
