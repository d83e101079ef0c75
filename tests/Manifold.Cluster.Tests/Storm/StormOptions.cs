namespace Manifold.Cluster.Tests;

/// <summary>A storm: what runs, what is done to it, and for how long.</summary>
internal sealed record StormOptions
{
    public int ShardSilos { get; init; } = 3;

    public int Gateways { get; init; } = 2;

    public int Shards { get; init; } = 16;

    public int Replicas { get; init; } = 2;

    public int Writers { get; init; } = 6;

    public double SearchesPerSecond { get; init; } = 50;

    /// <summary>Kills without waiting until the last one is back.</summary>
    public bool Overlap { get; init; }

    public int Seed { get; init; }

    /// <summary>Settings of all silos on top of the usual ones.</summary>
    public IReadOnlyList<(string Key, string Value)> Settings { get; init; } = [("Manifold__Shards__SealAfterBytes", "65536"), ("Manifold__Placement__Settle", "00:00:05")];

    public Action<string> Report { get; init; } = _ => { };
}
