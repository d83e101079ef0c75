using System.CommandLine;
using System.Diagnostics;
using Manifold.Index;
using Manifold.Shards;
using Manifold.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Manifold.Benchmarks;

/// <summary>
/// <c>ingest</c>: a shard that is filled by one writer, in batches that are acknowledged when durable and visible to searches, with its seals, merges and
/// index builds beside it; searches of one thread meanwhile and when all is done; and how long the filled shard takes to open.
/// </summary>
public static class IngestBenchmark
{
    private const int Dimension = 128;

    /// <summary>The subcommand.</summary>
    public static Command Create()
    {
        var rows = new Option<int>("--rows") { Description = "Items to write.", DefaultValueFactory = _ => 1_000_000 };
        var items = new Option<int>("--items") { Description = "Items of each batch, of 128 dimensions.", DefaultValueFactory = _ => 1000 };
        var searching = new Option<bool>("--search") { Description = "Search from another thread meanwhile." };
        var json = new Option<FileInfo?>("--json") { Description = "Where to write the figures as JSON." };
        var command = new Command("ingest", "Durable writes of a shard with everything that follows them, searches meanwhile, and opening.") { rows, items, searching, json };
        command.SetAction(async (arguments, cancellationToken) =>
        {
            var folder = Directory.CreateTempSubdirectory("manifold-ingest-");
            try
            {
                var figures = await MeasureAsync(folder.FullName, arguments.GetValue(rows), arguments.GetValue(items), arguments.GetValue(searching), cancellationToken);
                Console.WriteLine($"{figures.Rows:N0} × {Dimension} in batches of {figures.Items}, {Environment.ProcessorCount} processors");
                Console.WriteLine($"written                 {figures.ItemsPerSecond,10:N0} items/s, durable and visible");
                Console.WriteLine($"until all is indexed    {figures.SettledSeconds,10:N1} s more, {figures.Segments} segments");
                if (arguments.GetValue(searching))
                {
                    Console.WriteLine($"searches meanwhile      {figures.SearchesMeanwhile,10:N0}/s");
                }
                Console.WriteLine($"searches then           {figures.SearchesThen,10:N0}/s");
                Console.WriteLine($"opened                  {figures.OpenMilliseconds,10:N0} ms (median of 5)");
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

    private static async Task<Figures> MeasureAsync(string folder, int rows, int items, bool searching, CancellationToken cancellationToken)
    {
        var definition = new ShardDefinition("benchmark/0", [new SpaceSchema("default", Dimension, Metric.InnerProduct)]);
        var documents = new FileDocumentStore(Path.Combine(folder, "state"));
        var centres = Enumerable.Range(0, 1000).Select(i => Vector(new Random(i), 1)).ToArray();
        double rate, settled, then;
        long meanwhile = 0;
        int segments;
        var written = false;
        await using (var logs = new FileShardLogProvider(new FileLogOptions { DataFolder = folder }))
        {
            await using var engine = await ShardEngine.OpenAsync(definition, Services(logs), cancellationToken);
            var batches = new List<byte[]>();
            for (var first = 0; first < rows; first += items)
            {
                batches.Add(MakeBatch(first, Math.Min(items, rows - first), centres));
            }
            var searcher = Task.Run(
                () =>
                {
                    for (; searching && !Volatile.Read(ref written); meanwhile++)
                    {
                        Search(engine, centres, (int)meanwhile);
                    }
                },
                cancellationToken);
            var clock = Stopwatch.StartNew();
            foreach (var batch in batches)
            {
                await engine.WriteAsync(batch, Acknowledgement.Applied, cancellationToken);
            }
            var seconds = clock.Elapsed.TotalSeconds;
            Volatile.Write(ref written, true);
            await searcher;
            rate = rows / seconds;
            clock.Restart();
            while (!await IsSettledAsync())
            {
                await Task.Delay(50, cancellationToken);
            }
            settled = clock.Elapsed.TotalSeconds;
            segments = engine.GetState().Segments;
            then = 0;
            for (var i = 0; i < 200; i++)
            {
                Search(engine, centres, i);
            }
            clock.Restart();
            for (; clock.Elapsed < TimeSpan.FromSeconds(3); then++)
            {
                Search(engine, centres, (int)then);
            }
            then /= clock.Elapsed.TotalSeconds;
            meanwhile = (long)(meanwhile / seconds);
        }
        List<double> opened = [];
        for (var i = 0; i < 5; i++)
        {
            await using var logs = new FileShardLogProvider(new FileLogOptions { DataFolder = folder });
            var clock = Stopwatch.StartNew();
            await using var engine = await ShardEngine.OpenAsync(definition, Services(logs), cancellationToken);
            Search(engine, centres, i);
            opened.Add(clock.Elapsed.TotalMilliseconds);
        }
        return new Figures(rows, items, rate, settled, segments, meanwhile, then, Median.Of(opened));

        ShardServices Services(FileShardLogProvider logs) =>
            new(logs, new FolderSegmentStore(Path.Combine(folder, "segments")), documents, new ShardOptions(), NullLogger.Instance);

        // No seal, merge or index build for five seconds.
        async Task<bool> IsSettledAsync()
        {
            var before = await documents.ReadAsync("manifest/benchmark/0", cancellationToken);
            await Task.Delay(5000, cancellationToken);
            return before?.ETag == (await documents.ReadAsync("manifest/benchmark/0", cancellationToken))?.ETag;
        }
    }

    private static void Search(ShardEngine engine, float[][] centres, int number)
    {
        using var lease = engine.AcquireView();
        _ = lease.View.Search(new SearchQuery("default", centres[number % centres.Length], 10), CancellationToken.None);
    }

    private static byte[] MakeBatch(int first, int count, float[][] centres)
    {
        var random = new Random(first);
        var batch = new WriteBatchBuilder();
        for (var i = first; i < first + count; i++)
        {
            var vector = Vector(random, 0.4f);
            var centre = centres[random.Next(centres.Length)];
            for (var d = 0; d < Dimension; d++)
            {
                vector[d] += centre[d];
            }
            batch.Upsert(new Item { Id = $"{i:D8}", Vectors = new Dictionary<string, float[]> { ["default"] = vector } });
        }
        return batch.ToArray();
    }

    private static float[] Vector(Random random, float width) => [.. Enumerable.Range(0, Dimension).Select(_ => width * (float)(random.NextDouble() - 0.5))];

    private sealed record Figures(int Rows, int Items, double ItemsPerSecond, double SettledSeconds, int Segments, double SearchesMeanwhile, double SearchesThen, double OpenMilliseconds);
}
