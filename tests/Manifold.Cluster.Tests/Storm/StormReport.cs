using System.Text.Json.Serialization;

namespace Manifold.Cluster.Tests;

/// <summary>What came of a storm.</summary>
internal sealed record StormReport
{
    public int Seed { get; init; }

    public double Minutes { get; init; }

    public int Silos { get; init; }

    public int Replicas { get; init; }

    /// <summary>Items whose write was acknowledged.</summary>
    public long Acknowledged { get; init; }

    /// <summary>Items that were given up on: they may be found as before or as sent.</summary>
    public long Unknown { get; init; }

    public int Lost { get; init; }

    public int Phantom { get; init; }

    public int Duplicates { get; init; }

    public int Kills { get; init; }

    /// <summary>Silos that ended without being killed: declared dead while they lived.</summary>
    public int Evictions { get; init; }

    /// <summary>How often the shards were split in two.</summary>
    public int Splits { get; init; }

    public long Searches { get; init; }

    /// <summary>The share of searches that all shards answered within 2 s, tries included.</summary>
    [JsonPropertyName("search_success")]
    public double SearchSuccess { get; init; }

    /// <summary>The same of those that began within 30 s before or after the kill of a shard silo.</summary>
    [JsonPropertyName("search_success_around_kills")]
    public double SearchSuccessAroundKills { get; init; }

    [JsonPropertyName("search_s_p50")]
    public double SearchSecondsP50 { get; init; }

    [JsonPropertyName("search_s_p99")]
    public double SearchSecondsP99 { get; init; }

    /// <summary>From the kill of a shard silo until every shard has acknowledged a write that began after it.</summary>
    [JsonPropertyName("write_resume_s_p50")]
    public double WriteResumeSecondsP50 { get; init; }

    [JsonPropertyName("write_resume_s_max")]
    public double WriteResumeSecondsMax { get; init; }

    [JsonPropertyName("recall_before")]
    public double RecallBefore { get; init; }

    [JsonPropertyName("recall_after")]
    public double RecallAfter { get; init; }

    [JsonPropertyName("digests_agree")]
    public bool DigestsAgree { get; init; }

    /// <summary>What is wrong, in words.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    /// <summary>What clients were told, and how often.</summary>
    public IReadOnlyDictionary<string, int> Refusals { get; init; } = new Dictionary<string, int>();

    [JsonIgnore]
    public bool IsGood => Lost == 0 && Phantom == 0 && Duplicates == 0 && DigestsAgree && RecallAfter >= RecallBefore;
}
