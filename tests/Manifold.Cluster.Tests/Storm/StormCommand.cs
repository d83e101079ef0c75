using System.CommandLine;
using System.Text.Json;

namespace Manifold.Cluster.Tests;

/// <summary>The storm for people and for the night: <c>dotnet run --project tests/Manifold.Cluster.Tests -c Release -- storm --minutes 30</c>.</summary>
internal static class StormCommand
{
    public const string Verb = "storm";

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    public static async Task<int> RunAsync(string[] arguments)
    {
        var minutes = new Option<double>("--minutes") { Description = "How long.", DefaultValueFactory = _ => 60 };
        var silos = new Option<int>("--silos") { Description = "Shard silos.", DefaultValueFactory = _ => 3 };
        var gateways = new Option<int>("--gateways") { Description = "Gateways.", DefaultValueFactory = _ => 2 };
        var replicas = new Option<int>("--replicas") { Description = "Replicas of each shard.", DefaultValueFactory = _ => 2 };
        var shards = new Option<int>("--shards") { Description = "Shards.", DefaultValueFactory = _ => 16 };
        var seed = new Option<int>("--seed") { Description = "What is done when, and what is written.", DefaultValueFactory = _ => Random.Shared.Next() };
        var overlap = new Option<bool>("--overlap") { Description = "Kill without waiting until the last one is back." };
        var rolling = new Option<bool>("--rolling") { Description = "Stop every silo in order and start it again, one after the other, until the time is over; no kills." };
        var probe = new Option<double>("--probe-seconds") { Description = "Manifold:Membership:ProbeTimeout: many processes share a machine here.", DefaultValueFactory = _ => 1 };
        var splits = new Option<int>("--splits") { Description = "How often the shards are split in two meanwhile." };
        var json = new Option<string?>("--json") { Description = "Where to write the report." };
        var log = new Option<string?>("--log") { Description = "Where to write what the silos logged." };
        var command = new RootCommand("Kills silos at random under writes and searches, and looks whether anything is lost.")
        {
            minutes, silos, gateways, replicas, shards, seed, overlap, rolling, splits, probe, json, log,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var started = DateTime.UtcNow;
            var options = new StormOptions
            {
                ShardSilos = parsed.GetValue(silos),
                Gateways = parsed.GetValue(gateways),
                Replicas = parsed.GetValue(replicas),
                Shards = parsed.GetValue(shards),
                Seed = parsed.GetValue(seed),
                Overlap = parsed.GetValue(overlap),
                Report = text => Console.Error.WriteLine($"{(DateTime.UtcNow - started).TotalSeconds,7:0.0} s  {text}"),
            };
            options = options with { Settings = [.. options.Settings, ("Manifold__Membership__ProbeTimeout", TimeSpan.FromSeconds(parsed.GetValue(probe)).ToString())] };
            options.Report($"seed {options.Seed}");
            await using var storm = await Storm.StartAsync(options, cancellationToken);
            StormReport report;
            try
            {
                var time = TimeSpan.FromMinutes(parsed.GetValue(minutes));
                await Task.WhenAll(
                    storm.SplitAsync(parsed.GetValue(splits), time, cancellationToken),
                    parsed.GetValue(rolling) ? storm.RollAsync(time, cancellationToken) : storm.RageAsync(time, cancellationToken));
                report = await storm.FinishAsync(cancellationToken);
            }
            finally
            {
                if (parsed.GetValue(log) is { } logFile)
                {
                    await File.WriteAllTextAsync(logFile, storm.Cluster.Log, CancellationToken.None);
                }
            }
            var text = JsonSerializer.Serialize(report, Json);
            Console.WriteLine(text);
            if (parsed.GetValue(json) is { } file)
            {
                await File.WriteAllTextAsync(file, text, cancellationToken);
            }
            return report.IsGood ? 0 : 1;
        });
        return await command.Parse(arguments).InvokeAsync();
    }
}
