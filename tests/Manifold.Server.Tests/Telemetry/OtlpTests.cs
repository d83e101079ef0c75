using System.Collections.Concurrent;
using System.Text;
using Manifold.Storage.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Manifold.Server.Tests;

/// <summary>A server that is told of a collector sends it traces and metrics.</summary>
public sealed class OtlpTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_WithAnEndpoint_SendsSpansAndMetricsThere()
    {
        var received = new ConcurrentDictionary<string, string>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var collector = builder.Build();
        collector.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);

            // Protobuf holds its texts as they are.
            received.AddOrUpdate(signal, _ => Encoding.Latin1.GetString(body.ToArray()), (_, before) => before + Encoding.Latin1.GetString(body.ToArray()));
            return Results.Bytes([], "application/x-protobuf");
        });
        collector.Urls.Add("http://127.0.0.1:0");
        await collector.StartAsync(Cancel);

        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(
            folder.Path, ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Urls.Single()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_BSP_SCHEDULE_DELAY", "100"), ("OTEL_METRIC_EXPORT_INTERVAL", "200"));
        var name = await server.CreateAsync();
        await server.UpsertAsync(name, Requests.Item("a", 1, 0, 0, 0));
        await server.QueryAsync(Requests.Query(name, 1, 0, 0, 0));

        await Eventually.HoldsAsync(() => Has("traces", "search shard") && Has("traces", "coordinate") && Has("traces", "manifold.v1.Search/Query"));

        // Whose filters carry the trace from grain to grain.
        await Eventually.HoldsAsync(() => Has("traces", "Microsoft.Orleans.Application"));
        await Eventually.HoldsAsync(() => Has("metrics", "manifold.queries.phase.duration") && Has("metrics", "manifold.shards.open"));

        bool Has(string signal, string text) => received.GetValueOrDefault(signal)?.Contains(text, StringComparison.Ordinal) == true;
    }
}
