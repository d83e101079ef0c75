using System.Diagnostics;

namespace Manifold.Server.Tests;

/// <summary>The spans that end from here on, in all that a call passes. Sources belong to the process: a test tells its own by the trace.</summary>
internal sealed class Spans : IDisposable
{
    private static readonly string[] Prefixes = ["Manifold.", "Microsoft.Orleans.", "Microsoft.AspNetCore", "System.Net.Http", "Grpc."];

    private readonly List<Activity> _ended = [];
    private readonly ActivityListener _listener;

    public Spans()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => Prefixes.Any(prefix => source.Name.StartsWith(prefix, StringComparison.Ordinal)),
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (_ended)
                {
                    _ended.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IReadOnlyList<Activity> All
    {
        get
        {
            lock (_ended)
            {
                return [.. _ended];
            }
        }
    }

    /// <summary>From a span up to the root of its trace, itself first; it ends early where a span is missing.</summary>
    public static IReadOnlyList<Activity> Path(IReadOnlyList<Activity> spans, Activity span)
    {
        var path = new List<Activity> { span };
        while (spans.FirstOrDefault(other => other.SpanId == path[^1].ParentSpanId && other.TraceId == span.TraceId) is { } parent)
        {
            path.Add(parent);
        }
        return path;
    }

    public void Dispose() => _listener.Dispose();
}
