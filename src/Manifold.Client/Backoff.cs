namespace Manifold.Client;

/// <summary>How long to wait before trying again.</summary>
internal static class Backoff
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>The server's hint if it gave one; else doubling from <paramref name="first"/>, between half and the whole of it at random.</summary>
    public static TimeSpan Before(int attempt, TimeSpan first, TimeSpan? hint)
    {
        if (hint is { } asked && asked > TimeSpan.Zero)
            return asked;

        var doubled = first * Math.Pow(2, Math.Min(attempt, 16));
        var capped = doubled < Longest ? doubled : Longest;
        // Clients that failed together must not come back together.
        return capped * (0.5 + (Random.Shared.NextDouble() / 2));
    }
}
