using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Microsoft.Extensions.Hosting;

/// <summary>What every server of the cluster has alike: telemetry, health, service discovery, and HTTP clients that retry.</summary>
public static class Extensions
{
    /// <summary>Healthy when nothing that the process needs is missing: 200, or 503.</summary>
    public const string HealthPath = "/health";

    /// <summary>Answers 200 as long as the process serves at all.</summary>
    public const string AlivePath = "/alive";

    /// <summary>All metrics in the text form of Prometheus.</summary>
    public const string MetricsPath = "/metrics";

    private const string LiveTag = "live";
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Adds telemetry, the health checks, service discovery, and resilience for HTTP clients of the factory.</summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.ConfigureOpenTelemetry();
        builder.AddDefaultHealthChecks();
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            http.AddStandardResilienceHandler();
            http.AddServiceDiscovery();
        });
        return builder;
    }

    /// <summary>
    /// Collects metrics for <see cref="MetricsPath"/>, and, where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set, sends metrics, traces and logs there. Without it no
    /// span is made and no log leaves: nobody would see them.
    /// </summary>
    public static TBuilder ConfigureOpenTelemetry<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        var telemetry = builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter("Microsoft.Orleans", "Manifold.*")
            .AddAspNetCoreInstrumentation()
            .AddHttpClientInstrumentation()
            .AddRuntimeInstrumentation()
            .AddPrometheusExporter());
        if (string.IsNullOrWhiteSpace(builder.Configuration[OtlpEndpoint]))
        {
            return builder;
        }

        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        telemetry.WithTracing(tracing => tracing
            .AddSource("Microsoft.Orleans.Runtime", "Microsoft.Orleans.Application", "Manifold.*")
            .AddAspNetCoreInstrumentation(requests => requests.Filter = context => !IsDefaultEndpoint(context.Request.Path))
            .AddHttpClientInstrumentation());
        telemetry.UseOtlpExporter();
        return builder;
    }

    /// <summary>Adds the check that <see cref="AlivePath"/> asks: one that only needs the process to answer.</summary>
    public static TBuilder AddDefaultHealthChecks<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [LiveTag]);
        return builder;
    }

    /// <summary>
    /// Maps <see cref="HealthPath"/>, <see cref="AlivePath"/> and <see cref="MetricsPath"/> for requests that come in on a management port
    /// (<see cref="ManagementPort.UseManagement"/>). On every other port there is no such path.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <param name="more">Other paths that only a management port has, with all that is below them; whoever names one maps it.</param>
    public static WebApplication MapDefaultEndpoints(this WebApplication app, params string[] more)
    {
        app.Use((context, next) =>
        {
            var isManagement = IsDefaultEndpoint(context.Request.Path) || Array.Exists(more, path => context.Request.Path.StartsWithSegments(path));
            if (!isManagement || ManagementPort.IsOrigin(context))
            {
                return next(context);
            }
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        app.MapHealthChecks(HealthPath);
        app.MapHealthChecks(AlivePath, new HealthCheckOptions { Predicate = check => check.Tags.Contains(LiveTag) });
        app.MapPrometheusScrapingEndpoint(MetricsPath);
        return app;
    }

    private static bool IsDefaultEndpoint(PathString path) =>
        path.StartsWithSegments(HealthPath) || path.StartsWithSegments(AlivePath) || path.StartsWithSegments(MetricsPath);
}
