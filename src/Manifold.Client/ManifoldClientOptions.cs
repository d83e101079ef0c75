namespace Manifold.Client;

/// <summary>How a <see cref="ManifoldClient"/> calls.</summary>
public sealed record ManifoldClientOptions
{
    /// <summary>The deadline of a call, retries included. A streaming ingest has none as a whole.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a call is tried again after Unavailable or ResourceExhausted, within the deadline.</summary>
    public int MaxRetries { get; init; } = 5;

    /// <summary>The wait before the first retry; it doubles each time, and the server's own hint comes first.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The largest message either way. 64 MiB is the server's own limit.</summary>
    public int MaxMessageBytes { get; init; } = 64 * 1024 * 1024;
}
