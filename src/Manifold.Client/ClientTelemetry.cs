using System.Diagnostics;

namespace Manifold.Client;

/// <summary>The trace source of the client. Whoever listens to it has a span for each call, retries included, and the server's spans below it.</summary>
public static class ClientTelemetry
{
    /// <summary>Name of the activity source, for <c>AddSource</c>.</summary>
    public const string Name = "Manifold.Client";

    private static readonly ActivitySource Activities = new(Name);

    /// <summary>The span of a method of the client, such as <c>ManifoldClient.Search</c>; <c>null</c> where nobody listens.</summary>
    internal static Activity? Start(string method)
    {
        const string Suffix = "Async";
        return Activities.HasListeners()
            ? Activities.StartActivity($"{nameof(ManifoldClient)}.{(method.EndsWith(Suffix, StringComparison.Ordinal) ? method[..^Suffix.Length] : method)}", ActivityKind.Client)
            : null;
    }

    internal static void Fail(this Activity? activity, ManifoldException failure) =>
        activity?.SetStatus(ActivityStatusCode.Error, failure.Message).SetTag("error.type", failure.Status.ToString());
}
