namespace Manifold.Grains;

/// <summary>When replicas move, bound from <c>Manifold:Placement</c>.</summary>
public sealed record PlacementOptions
{
    /// <summary>Replicas are handed over once membership has not changed for so long: a silo that only starts again gets its own back.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What a silo that stops may take to hand over.</summary>
    public TimeSpan Leave { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How often it is looked whether all replicas are where they belong.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the replicas of a shard are compared, and one that differs made anew: each time all of its items are read. 0: never.</summary>
    public TimeSpan CompareEvery { get; init; } = TimeSpan.FromHours(1);

    /// <summary>What is wrong, with the key, the value and what is allowed.</summary>
    public IEnumerable<string> Validate(string section)
    {
        if (Settle < TimeSpan.Zero || Settle > TimeSpan.FromHours(1))
        {
            yield return $"{section}:{nameof(Settle)} is {Settle}; it must be between 0 and an hour.";
        }
        if (Leave < TimeSpan.Zero || Leave > TimeSpan.FromHours(1))
        {
            yield return $"{section}:{nameof(Leave)} is {Leave}; it must be between 0 and an hour.";
        }
        if (CompareEvery < TimeSpan.Zero || CompareEvery > TimeSpan.FromDays(30))
        {
            yield return $"{section}:{nameof(CompareEvery)} is {CompareEvery}; it must be between 0 and 30 days.";
        }
        if (Period < TimeSpan.FromMilliseconds(100) || Period > TimeSpan.FromHours(1))
        {
            yield return $"{section}:{nameof(Period)} is {Period}; it must be between 0.1 s and an hour.";
        }
    }
}
