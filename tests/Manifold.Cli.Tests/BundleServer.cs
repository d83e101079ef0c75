using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Manifold.Cli.Tests;

/// <summary>A folder of bundles over HTTP/1.1 on a free loopback port, with ranges and ETags, that breaks off when it is told to.</summary>
internal sealed class BundleServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private BundleServer(string folder)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0));
        _application = builder.Build();
        _application.MapGet("/models/{bundle}/{file}", (string bundle, string file, HttpContext context) => ServeAsync(Path.Combine(folder, bundle, file), context));
    }

    public Uri Address => new($"{_application.Urls.Single()}/models");

    /// <summary>The ETag of every file; null for none.</summary>
    public string? Tag { get; set; } = "one";

    /// <summary>Whether answers say how long they are, and can begin in the middle.</summary>
    public bool TellsLengths { get; set; } = true;

    /// <summary>Answers of 503 before anything is served.</summary>
    public int Busy { get; set; }

    /// <summary>For each further answer with a model in it, after how many bytes it breaks off; 0 for before it begins.</summary>
    public ConcurrentQueue<int> BreakOffs { get; } = [];

    /// <summary>Each request for a file: its name, the first byte that was asked for, and the If-Range.</summary>
    public ConcurrentQueue<(string File, long? From, string? IfRange)> Requests { get; } = [];

    public static async Task<BundleServer> StartAsync(string folder)
    {
        var server = new BundleServer(folder);
        await server._application.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task ServeAsync(string path, HttpContext context)
    {
        var range = context.Request.GetTypedHeaders().Range?.Ranges.Single().From;
        Requests.Enqueue((Path.GetFileName(path), range, context.Request.Headers.IfRange));
        if (Busy > 0)
        {
            Busy--;
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        if (!File.Exists(path))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (path.EndsWith(".onnx", StringComparison.Ordinal) && BreakOffs.TryDequeue(out var bytes))
        {
            // Before the answer begins: one that began with the first byte would replace what is there.
            if (bytes == 0)
            {
                context.Abort();
                return;
            }

            var content = await File.ReadAllBytesAsync(path);
            context.Response.ContentLength = content.Length;
            if (Tag is not null)
                context.Response.Headers.ETag = $"\"{Tag}\"";
            await context.Response.Body.WriteAsync(content.AsMemory(0, bytes));
            await context.Response.Body.FlushAsync();
            context.Abort();
            return;
        }

        if (!TellsLengths)
        {
            await context.Response.StartAsync();
            await context.Response.Body.WriteAsync(await File.ReadAllBytesAsync(path));
            return;
        }

        var tag = Tag is null ? null : new EntityTagHeaderValue($"\"{Tag}\"");
        await Results.File(path, entityTag: tag, enableRangeProcessing: true).ExecuteAsync(context);
    }
}
