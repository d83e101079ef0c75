using System.CommandLine;
using System.Diagnostics;
using Manifold.Index;
using Manifold.Shards;
using Manifold.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Manifold.Benchmarks;

/// <summary>
/// <c>shard</c>: acknowledged batches a second of one shard engine – durable and visible to searches – with one writer that awaits each batch
/// and with many that each do. The two take turns; medians are reported.
/// </summary>
public static class ShardBenchmark
{
    private const int Dimension = 128;

    /// <summary>The subcommand.</summary>
    public static Command Create()
    {
        var writers = new Option<int>("--writers") { Description = "Writers of the second run.", DefaultValueFactory = _ => 64 };
        var items = new Option<int>("--items") { Description = "Items of each batch, of 128 dimensions.", DefaultValueFactory = _ => 4 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds of both runs.", DefaultValueFactory = _ => 7 };
        var seconds = new Option<double>("--seconds") { Description = "Seconds of each run.", DefaultValueFactory = _ => 1 };
        var json = new Option<FileInfo?>("--json") { Description = "Where to write the figures as JSON." };
        var command = new Command("shard", "Group commit of a shard engine: one writer against many.") { writers, items, rounds, seconds, json };
        command.SetAction(async (arguments, cancellationToken) =>
        {
            var folder = Directory.CreateTempSubdirectory("manifold-shard-");
            try
            {
                var time = TimeSpan.FromSeconds(arguments.GetValue(seconds));
                var figures = await MeasureAsync(
                    folder.FullName, arguments.GetValue(writers), arguments.GetValue(items), arguments.GetValue(rounds), time, cancellationToken);
                Console.WriteLine($"batches of {figures.Items} items, median of {arguments.GetValue(rounds)} rounds, {Environment.ProcessorCount} processors");
                Console.WriteLine($"1 writer   {figures.OneWriter,10:N0} batches/s");
                Console.WriteLine($"{figures.Writers} writers {figures.ManyWriters,10:N0} batches/s, {figures.ManyWriters * figures.Items:N0} items/s");
                Console.WriteLine($"ratio {figures.Ratio:N1}");
                if (arguments.GetValue(json) is { } file)
                {
                    BenchmarkReport.Write<Figures>(file, [figures]);
                }
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        });
        return command;
    }

    private static async Task<Figures> MeasureAsync(
        string folder, int writers, int items, int rounds, TimeSpan time, CancellationToken cancellationToken)
    {
        await using var logs = new FileShardLogProvider(new FileLogOptions { DataFolder = folder });
        var services = new ShardServices(
            logs, new FolderSegmentStore(Path.Combine(folder, "segments")), new FileDocumentStore(Path.Combine(folder, "state")), new ShardOptions(),
            NullLogger.Instance);
        var definition = new ShardDefinition("benchmark/0", [new SpaceSchema("default", Dimension, Metric.InnerProduct)]);
        await using var engine = await ShardEngine.OpenAsync(definition, services, cancellationToken);
        var batches = Enumerable.Range(0, writers).Select(writer => MakeBatch(writer, items)).ToArray();
        List<double> one = [];
        List<double> many = [];

        // Round 0 warms up: files, the compiler, the thread pool.
        for (var round = 0; round <= rounds; round++)
        {
            var single = await RunAsync(engine, batches[..1], time, cancellationToken);
            var grouped = await RunAsync(engine, batches, time, cancellationToken);
            if (round > 0)
            {
                one.Add(single);
                many.Add(grouped);
            }
        }
        return new Figures(writers, items, Median.Of(one), Median.Of(many), Median.Of(one.Zip(many, (single, grouped) => grouped / single)));
    }

    private static async Task<double> RunAsync(ShardEngine engine, byte[][] batches, TimeSpan time, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var counts = await Task.WhenAll(batches.Select(batch => Task.Run(async () =>
        {
            var count = 0L;
            for (; clock.Elapsed < time; count++)
            {
                await engine.WriteAsync(batch, Acknowledgement.Applied, cancellationToken);
            }
            return count;
        }, cancellationToken)));
        return counts.Sum() / clock.Elapsed.TotalSeconds;
    }

    /// <summary>Every writer writes its own items again and again, so that the shard keeps one size.</summary>
    private static byte[] MakeBatch(int writer, int items)
    {
        var random = new Random(writer);
        var batch = new WriteBatchBuilder();
        for (var i = 0; i < items; i++)
        {
            var vector = new float[Dimension];
            for (var d = 0; d < Dimension; d++)
            {
                vector[d] = (float)(random.NextDouble() - 0.5);
            }
            batch.Upsert(new Item { Id = $"{writer}-{i}", Vectors = new Dictionary<string, float[]> { ["default"] = vector } });
        }
        return batch.ToArray();
    }

    /// <summary>Batches a second; the ratio is the median of the rounds' ratios.</summary>
    private sealed record Figures(int Writers, int Items, double OneWriter, double ManyWriters, double Ratio);
}
