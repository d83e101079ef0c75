using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Manifold.Storage.Tests;

/// <summary>
/// The little of S3 that a test of faults needs, in memory: objects with conditional writes and multipart uploads that can be aborted, which s3rver lacks, and any
/// request broken off or answered with an error. It checks no signatures and lists nothing.
/// </summary>
internal sealed class FaultyS3 : IAsyncDisposable
{
    private const string Bucket = "/bucket/";

    private readonly WebApplication _app;
    private int _uploads;

    private FaultyS3(WebApplication app) => _app = app;

    public string Endpoint => _app.Urls.Single();

    public ConcurrentDictionary<string, StoredBytes> Objects { get; } = new(StringComparer.Ordinal);

    /// <summary>Multipart uploads that were begun and neither completed nor aborted, by id.</summary>
    public ConcurrentDictionary<string, ConcurrentDictionary<int, byte[]>> Uploads { get; } = new(StringComparer.Ordinal);

    /// <summary>Each request: method, key, and what it is about, such as <c>PUT a</c>, <c>POST a?uploads</c>, <c>PUT a?partNumber</c>, <c>DELETE a?uploadId</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>What is done wrong with a request, by the words of <see cref="Requests"/>.</summary>
    public Func<string, Fault?> Faults { get; set; } = _ => null;

    /// <summary>Overwrites whatever the condition, as servers do that do not know it.</summary>
    public bool IgnoresConditions { get; set; }

    public SegmentStoreUri Uri => SegmentStoreUri.Parse($"s3://bucket?endpoint={Endpoint}");

    public int Count(string request) => Requests.Count(made => made == request);

    public static async Task<FaultyS3> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        var server = new FaultyS3(builder.Build());
        server._app.Run(server.HandleAsync);
        await server._app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var key = request.Path.Value![Bucket.Length..];
        var about = new[] { "uploads", "partNumber", "uploadId" }.FirstOrDefault(request.Query.ContainsKey);
        var words = $"{request.Method} {key}{(about is null ? "" : "?" + about)}";
        Requests.Enqueue(words);
        var fault = Faults(words);
        if (fault?.Kind == FaultKind.CutRequest)
        {
            var half = (int)(request.ContentLength ?? 0) / 2;
            await request.Body.ReadAtLeastAsync(new byte[half], half, throwOnEndOfStream: false);
            context.Abort();
            return;
        }
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var (status, content) = fault?.Kind == FaultKind.Error ? Error(fault.Status, fault.Code)
            : about is null ? HandleObject(request, response, key, body.ToArray())
            : HandleUpload(request, response, key, about, body.ToArray());
        if (fault?.Kind == FaultKind.LoseAnswer)
        {
            context.Abort();
            return;
        }
        response.StatusCode = status;
        if (status != 204)
            response.ContentLength = content.Length;
        if (request.Method == "HEAD")
            return;

        // Kestrel closes a connection on which less was written than announced.
        await response.Body.WriteAsync(content.AsMemory(0, fault?.Kind is FaultKind.CutAnswer or FaultKind.StopAnswer ? content.Length / 2 : content.Length));
        if (fault?.Kind == FaultKind.StopAnswer)
        {
            await response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private (int Status, byte[] Content) HandleObject(HttpRequest request, HttpResponse response, string key, byte[] body)
    {
        switch (request.Method)
        {
            case "PUT":
                return Store(request, key, new StoredBytes(body, Describe(request)));
            case "DELETE":
                Objects.TryRemove(key, out _);
                return (204, []);
            default:
                if (!Objects.TryGetValue(key, out var found))
                    return Error(404, "NoSuchKey");
                foreach (var (name, value) in found.Metadata)
                    response.Headers[name] = value;
                return (200, found.Content);
        }
    }

    private (int Status, byte[] Content) HandleUpload(HttpRequest request, HttpResponse response, string key, string about, byte[] body)
    {
        if (about == "uploads")
        {
            var begun = $"upload{Interlocked.Increment(ref _uploads)}";
            Uploads[begun] = new ConcurrentDictionary<int, byte[]>();
            Objects[$"{begun}.metadata"] = new StoredBytes([], Describe(request));
            return (200, Encode($"<InitiateMultipartUploadResult><Bucket>bucket</Bucket><Key>{key}</Key><UploadId>{begun}</UploadId></InitiateMultipartUploadResult>"));
        }
        var id = request.Query["uploadId"].ToString();
        if (!Uploads.TryGetValue(id, out var parts))
            return Error(404, "NoSuchUpload");
        switch (request.Method)
        {
            case "PUT":
                parts[int.Parse(request.Query["partNumber"].ToString(), CultureInfo.InvariantCulture)] = body;
                response.Headers["ETag"] = "\"part\"";
                return (200, []);
            case "DELETE":
                Uploads.TryRemove(id, out _);
                Objects.TryRemove($"{id}.metadata", out _);
                return (204, []);
            default:
                var whole = parts.OrderBy(part => part.Key).SelectMany(part => part.Value).ToArray();
                var stored = Store(request, key, new StoredBytes(whole, Objects[$"{id}.metadata"].Metadata));
                if (stored.Status == 200)
                {
                    Uploads.TryRemove(id, out _);
                    Objects.TryRemove($"{id}.metadata", out _);
                }
                return stored.Status == 200 ? (200, Encode($"<CompleteMultipartUploadResult><Key>{key}</Key><ETag>\"whole-1\"</ETag></CompleteMultipartUploadResult>")) : stored;
        }
    }

    private (int Status, byte[] Content) Store(HttpRequest request, string key, StoredBytes bytes)
    {
        if (request.Headers["If-None-Match"] != "*" || IgnoresConditions)
            Objects[key] = bytes;
        else if (!Objects.TryAdd(key, bytes))
            return Error(412, "PreconditionFailed");
        return (200, []);
    }

    private static Dictionary<string, string> Describe(HttpRequest request) =>
        request.Headers.Where(header => header.Key.StartsWith("x-amz-meta-", StringComparison.OrdinalIgnoreCase)).ToDictionary(header => header.Key, header => header.Value.ToString());

    private static (int Status, byte[] Content) Error(int status, string code) => (status, Encode($"<Error><Code>{code}</Code><Message>{code}</Message></Error>"));

    private static byte[] Encode(string text) => Encoding.UTF8.GetBytes(text);

    internal sealed record StoredBytes(byte[] Content, Dictionary<string, string> Metadata);
}
