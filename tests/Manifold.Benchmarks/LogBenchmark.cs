using System.CommandLine;
using System.Diagnostics;
using Manifold.Storage;

namespace Manifold.Benchmarks;

/// <summary>
/// <c>log</c>: acknowledged appends a second of one log, in files or, with <c>--redis</c>, in Redis, with one writer that awaits each append and with many that each do. The two runs
/// take turns, so that a change in the machine's load meets both; medians are reported.
/// </summary>
public static class LogBenchmark
{
    /// <summary>The subcommand.</summary>
    public static Command Create()
    {
        var folder = new Option<string?>("--folder") { Description = "Where to write; a temporary folder otherwise. The disk under it is what is measured." };
        var writers = new Option<int>("--writers") { Description = "Writers of the second run.", DefaultValueFactory = _ => 64 };
        var logs = new Option<int>("--logs") { Description = "Logs that the writers of the second run are spread over.", DefaultValueFactory = _ => 1 };
        var payload = new Option<int>("--payload") { Description = "Bytes of each record.", DefaultValueFactory = _ => 2048 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds of both runs.", DefaultValueFactory = _ => 7 };
        var seconds = new Option<double>("--seconds") { Description = "Seconds of each run.", DefaultValueFactory = _ => 1 };
        var ahead = new Option<int>("--ahead") { Description = "FileLogOptions.AheadBytes.", DefaultValueFactory = _ => 256 * 1024 };
        var flushes = new Option<int>("--flushes") { Description = "FileLogOptions.ParallelFlushes.", DefaultValueFactory = _ => 4 };
        var redis = new Option<string?>("--redis") { Description = "A Redis to append to instead of files, as host:port.", HelpName = "host:port" };
        var json = new Option<FileInfo?>("--json") { Description = "Where to write the figures as JSON." };
        var command = new Command("log", "Group commit of the shard log: one writer against many.")
        {
            folder, writers, logs, payload, rounds, seconds, ahead, flushes, redis, json,
        };
        command.SetAction(async (arguments, cancellationToken) =>
        {
            var root = arguments.GetValue(folder) ?? Directory.CreateTempSubdirectory("manifold-log-").FullName;
            var options = new FileLogOptions
            {
                DataFolder = root,
                AheadBytes = arguments.GetValue(ahead),
                ParallelFlushes = arguments.GetValue(flushes),
            };
            try
            {
                await using var connection = arguments.GetValue(redis) is { } server ? await RedisConnection.ConnectAsync(server, cancellationToken) : null;
                await using IShardLogProvider provider = connection is null
                    ? new FileShardLogProvider(options)
                    : new RedisShardLogProvider(connection, new RedisLogOptions { KeyPrefix = $"benchmark-{Guid.NewGuid():N}" });
                var result = await MeasureAsync(
                    provider, arguments.GetValue(writers), arguments.GetValue(logs), arguments.GetValue(payload), arguments.GetValue(rounds),
                    TimeSpan.FromSeconds(arguments.GetValue(seconds)), cancellationToken);
                Console.WriteLine(Table(result));
                if (arguments.GetValue(json) is { } file)
                    BenchmarkReport.Write<Result>(file, [result]);
                return 0;
            }
            finally
            {
                if (arguments.GetValue(folder) is null)
                    Directory.Delete(root, recursive: true);
            }
        });
        return command;
    }

    private static async Task<Result> MeasureAsync(
        IShardLogProvider provider, int writers, int logs, int payloadBytes, int rounds, TimeSpan time, CancellationToken cancellationToken)
    {
        var leads = new Lead[logs];
        for (var i = 0; i < logs; i++)
        {
            var log = await provider.OpenAsync($"benchmark/{i}", cancellationToken);
            leads[i] = new Lead(log, await log.TakeLeadAsync(cancellationToken));
        }
        var payload = new byte[payloadBytes];
        Random.Shared.NextBytes(payload);
        List<double> one = [];
        List<double> many = [];
        // Round 0 warms up: files, the compiler, the thread pool.
        for (var round = 0; round <= rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var single = await RunAsync(leads[..1], 1, payload, time);
            var grouped = await RunAsync(leads, writers, payload, time);
            await Task.WhenAll(leads.Select(lead => lead.TruncateAsync(cancellationToken)));
            if (round == 0)
                continue;
            one.Add(single);
            many.Add(grouped);
        }
        foreach (var lead in leads)
            await lead.Log.DisposeAsync();
        var ratios = one.Zip(many, (single, grouped) => grouped / single);
        return new Result(
            writers, logs, payloadBytes, rounds, Math.Round(Median.Of(one)), Math.Round(Median.Of(many)), Math.Round(Median.Of(ratios), 1), Environment.ProcessorCount);
    }

    private static async Task<double> RunAsync(Lead[] leads, int writers, byte[] payload, TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            var lead = leads[writer % leads.Length];
            var count = 0L;
            for (; clock.Elapsed < time; count++)
                await lead.AppendAsync(payload);
            return count;
        })));
        return counts.Sum() / clock.Elapsed.TotalSeconds;
    }

    private static string Table(Result result) =>
        $"""
        payload {result.PayloadBytes} bytes, median of {result.Rounds} rounds, {result.Processors} processors
        writers   logs   acknowledged appends/s
        {1,7}   {1,4}   {result.OneWriterAppendsPerSecond,22:N0}
        {result.Writers,7}   {result.Logs,4}   {result.ManyWritersAppendsPerSecond,22:N0}
        ratio {result.Ratio:N1}
        """;

    /// <summary>The figures; the ratio is the median of the rounds' ratios.</summary>
    private sealed record Result(
        int Writers, int Logs, int PayloadBytes, int Rounds, double OneWriterAppendsPerSecond, double ManyWritersAppendsPerSecond, double Ratio, int Processors);

    /// <summary>One led log: gives each record the next position.</summary>
    private sealed class Lead(IShardLog log, LogLead start)
    {
        private readonly object _order = new();
        private long _position = start.LastPosition;

        public IShardLog Log { get; } = log;

        public Task<ulong> AppendAsync(byte[] payload)
        {
            lock (_order)
                return Log.AppendAsync(start.Epoch, ++_position, Guid.NewGuid(), payload);
        }

        public Task TruncateAsync(CancellationToken cancellationToken) => Log.TruncateAsync(start.Epoch, _position, cancellationToken);
    }
}
