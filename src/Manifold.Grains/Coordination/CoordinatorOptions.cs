namespace Manifold.Grains;

/// <summary>How a gateway asks the replicas of a shard, bound from <c>Manifold:Coordinator</c>.</summary>
public sealed record CoordinatorOptions
{
    /// <summary>A replica that has not answered after this, or after three times what answers take on average, has another asked beside it.</summary>
    public TimeSpan HedgeAfter { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long reads go on asking while no replica of a shard can answer, and writes while its leader cannot, where the caller waits so long.</summary>
    public TimeSpan RetryFor { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Queries of one gateway that may be under way; more are refused at once.</summary>
    public int MaxConcurrentQueries { get; init; } = 1024;

    /// <summary>What is wrong, with the key, the value and what is allowed.</summary>
    public IEnumerable<string> Validate(string section)
    {
        if (HedgeAfter < TimeSpan.FromMilliseconds(1) || HedgeAfter > TimeSpan.FromHours(1))
        {
            yield return $"{section}:{nameof(HedgeAfter)} is {HedgeAfter}; it must be between a millisecond and an hour.";
        }
        if (RetryFor < TimeSpan.Zero || RetryFor > TimeSpan.FromHours(1))
        {
            yield return $"{section}:{nameof(RetryFor)} is {RetryFor}; it must be between 0 and an hour.";
        }
        if (MaxConcurrentQueries is < 1 or > 1_000_000)
        {
            yield return $"{section}:{nameof(MaxConcurrentQueries)} is {MaxConcurrentQueries}; it must be between 1 and 1000000.";
        }
    }
}
