using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Google.Protobuf;
using Grpc.Net.Client;
using V1 = Manifold.Protocol.V1;

namespace Manifold.Cluster.Tests;

/// <summary>
/// What a search costs over several silos, against the same search in one process: <c>dotnet run --project tests/Manifold.Cluster.Tests -c Release -- fanout</c>. Both sides have the same items in as many
/// shards, and are asked in turns, one query after the other.
/// </summary>
internal static class FanOutCommand
{
    public const string Verb = "fanout";

    private const string Collection = "fanout";
    private const int BatchItems = 500;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    public static async Task<int> RunAsync(string[] arguments)
    {
        var items = new Option<int>("--items") { Description = "Items of the collection.", DefaultValueFactory = _ => 100_000 };
        var dimension = new Option<int>("--dimension") { Description = "Of their vectors.", DefaultValueFactory = _ => 128 };
        var shards = new Option<int>("--shards") { Description = "Shards.", DefaultValueFactory = _ => 16 };
        var silos = new Option<int>("--silos") { Description = "Shard silos.", DefaultValueFactory = _ => 3 };
        var replicas = new Option<int>("--replicas") { Description = "Replicas of each shard.", DefaultValueFactory = _ => 2 };
        var queries = new Option<int>("--queries") { Description = "Queries to each side.", DefaultValueFactory = _ => 2000 };
        var idsOnly = new Option<bool>("--ids-only") { Description = "Do not bring the hits' attributes." };
        var json = new Option<string?>("--json") { Description = "Where to write the figures." };
        var command = new RootCommand("Measures a search over several silos against the same in one process.") { items, dimension, shards, silos, replicas, queries, idsOnly, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var random = new Random(1);
            await using var cluster = await ClusterProcesses.StartAsync(parsed.GetValue(silos), gateways: 1, [], cancellationToken);
            using var folder = new TemporaryFolder();
            await using var alone = new SiloProcess("alone", "shard,encoder,gateway", folder["alone"], ClusterProcesses.RuntimeSettings);
            await alone.StartAsync(cancellationToken);
            Side[] sides = [new("one process", alone, [alone]), new($"{parsed.GetValue(silos)} shard silos and a gateway", cluster.Gateways.First(), [.. cluster.Silos])];

            var vectors = Enumerable.Range(0, parsed.GetValue(items)).Select(_ => Vector(random, parsed.GetValue(dimension))).ToArray();
            foreach (var side in sides)
            {
                await side.FillAsync(vectors, parsed.GetValue(shards), side == sides[0] ? 1 : parsed.GetValue(replicas), cancellationToken);
            }
            var count = parsed.GetValue(queries);
            await AskAsync(sides, count / 4, random, parsed.GetValue(dimension), parsed.GetValue(idsOnly), cancellationToken);
            foreach (var side in sides)
            {
                side.Seconds.Clear();
                side.Before = await side.ReadPhasesAsync(cancellationToken);
            }
            await AskAsync(sides, count, random, parsed.GetValue(dimension), parsed.GetValue(idsOnly), cancellationToken);

            var report = await Task.WhenAll(sides.Select(side => side.ReportAsync(cancellationToken)));
            foreach (var side in report)
            {
                Console.WriteLine($"{side.Side}: p50 {side.P50Ms:0.00} ms, p90 {side.P90Ms:0.00} ms, p99 {side.P99Ms:0.00} ms, of {count}");
                Console.WriteLine($"  means in ms: {string.Join(", ", side.MeansMs.Select(mean => $"{mean.Key} {mean.Value:0.000}"))}");
            }
            Console.WriteLine($"more at p50: {report[1].P50Ms - report[0].P50Ms:0.00} ms");
            if (parsed.GetValue(json) is { } file)
            {
                await File.WriteAllTextAsync(file, JsonSerializer.Serialize(report, Json), cancellationToken);
            }
            return 0;
        });
        return await command.Parse(arguments).InvokeAsync();
    }

    /// <summary>Asks the sides in turns, each pair in an order of its own.</summary>
    private static async Task AskAsync(Side[] sides, int queries, Random random, int dimension, bool idsOnly, CancellationToken cancellationToken)
    {
        for (var i = 0; i < queries; i++)
        {
            var query = new V1.QueryRequest { Collection = Collection, IdsOnly = idsOnly, Parts = { new V1.QueryPart { Vector = new V1.Vector { Packed = Pack(Vector(random, dimension)) } } } };
            foreach (var side in i % 2 == 0 ? sides : sides.Reverse())
            {
                var started = Stopwatch.GetTimestamp();
                var answer = await side.Search.QueryAsync(query, cancellationToken: cancellationToken);
                side.Seconds.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
                Assert.Equal(10, answer.Hits.Count);
            }
        }
    }

    private static float[] Vector(Random random, int dimension)
    {
        var vector = new float[dimension];
        foreach (ref var value in vector.AsSpan())
        {
            value = (random.NextSingle() + random.NextSingle() + random.NextSingle()) - 1.5f;
        }
        return vector;
    }

    private static ByteString Pack(float[] vector) => ByteString.CopyFrom(MemoryMarshal.AsBytes(vector.AsSpan()));

    /// <summary>One of the two that are compared.</summary>
    private sealed class Side(string name, SiloProcess gateway, IReadOnlyList<SiloProcess> silos)
    {
        private readonly GrpcChannel _channel = gateway.Channel;

        public V1.Search.SearchClient Search => new(_channel);

        public List<double> Seconds { get; } = [];

        /// <summary>Sums and counts of what silos measured, when the queries that count began.</summary>
        public Dictionary<string, (double Sum, double Count)> Before { get; set; } = [];

        public async Task FillAsync(float[][] vectors, int shards, int replicas, CancellationToken cancellationToken)
        {
            await new V1.Collections.CollectionsClient(_channel).CreateAsync(
                new V1.CreateCollectionRequest { Name = Collection, ShardCount = shards, ReplicaCount = replicas, Spaces = { new V1.Space { Dimension = vectors[0].Length } } },
                cancellationToken: cancellationToken);
            var writer = new V1.Items.ItemsClient(_channel);
            for (var first = 0; first < vectors.Length; first += BatchItems)
            {
                var batch = new V1.UpsertRequest { Collection = Collection, Acknowledgement = V1.Acknowledgement.Replicated };
                for (var i = first; i < Math.Min(vectors.Length, first + BatchItems); i++)
                {
                    var item = new V1.Item { Id = $"item-{i}", Vectors = { ["default"] = new V1.Vector { Packed = Pack(vectors[i]) } }, Attributes = { ["number"] = new V1.AttributeValue { NumberValue = i } } };
                    batch.Items.Add(new V1.ItemInput { Item = item });
                }
                Assert.Empty((await writer.UpsertAsync(batch, cancellationToken: cancellationToken)).Errors);
            }
        }

        public async Task<SideFigures> ReportAsync(CancellationToken cancellationToken)
        {
            var after = await ReadPhasesAsync(cancellationToken);
            var sorted = Seconds.Order().ToArray();
            return new SideFigures(
                name, 1e3 * sorted[sorted.Length / 2], 1e3 * sorted[sorted.Length * 9 / 10], 1e3 * sorted[sorted.Length * 99 / 100],
                after.Where(phase => phase.Value.Count > Before.GetValueOrDefault(phase.Key).Count).ToDictionary(
                    phase => phase.Key,
                    phase => 1e3 * (phase.Value.Sum - Before.GetValueOrDefault(phase.Key).Sum) / (phase.Value.Count - Before.GetValueOrDefault(phase.Key).Count)));
        }

        /// <summary>Sums and counts of the histograms that tell where a query's time goes, over all silos.</summary>
        public async Task<Dictionary<string, (double Sum, double Count)>> ReadPhasesAsync(CancellationToken cancellationToken)
        {
            var phases = new Dictionary<string, (double Sum, double Count)>();
            foreach (var silo in silos)
            {
                foreach (var line in (await silo.ReadMetricsAsync(cancellationToken)).Split('\n'))
                {
                    var isSum = line.Contains("_seconds_sum{", StringComparison.Ordinal);
                    if ((!isSum && !line.Contains("_seconds_count{", StringComparison.Ordinal)) || NameOf(line) is not { } phase)
                    {
                        continue;
                    }
                    var value = double.Parse(line[(line.IndexOf('}', StringComparison.Ordinal) + 1)..].Trim().Split(' ')[0], null);
                    var (sum, count) = phases.GetValueOrDefault(phase);
                    phases[phase] = isSum ? (sum + value, count) : (sum, count + value);
                }
            }
            return phases;
        }

        private static string? NameOf(string line) => line switch
        {
            _ when line.StartsWith("manifold_queries_phase_duration_seconds", StringComparison.Ordinal) => "gateway " + line.Split("phase=\"")[1].Split('"')[0],
            _ when line.StartsWith("manifold_shards_search_queue_duration_seconds", StringComparison.Ordinal) => "shard waiting for a thread",
            _ when line.StartsWith("manifold_shards_search_run_duration_seconds", StringComparison.Ordinal) => "shard searching",
            _ => null,
        };
    }

    /// <summary>Figures of one side.</summary>
    /// <param name="Side">Which.</param>
    /// <param name="P50Ms">Milliseconds of a query as its client sees it; so the next two.</param>
    /// <param name="P90Ms">As above.</param>
    /// <param name="P99Ms">As above.</param>
    /// <param name="MeansMs">Where the time goes, by the silos' own histograms: means in milliseconds, of one query or one shard.</param>
    private sealed record SideFigures(string Side, double P50Ms, double P90Ms, double P99Ms, IReadOnlyDictionary<string, double> MeansMs);
}
