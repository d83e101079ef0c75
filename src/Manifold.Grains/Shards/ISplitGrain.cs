using Orleans.Concurrency;

namespace Manifold.Grains;

/// <summary>
/// Drives the split of a collection's shards, key the collection's id. What there is to do it sees from the catalog and the shards: it keeps nothing itself, and one that is
/// begun anew goes on.
/// </summary>
[Alias("manifold.ISplitGrain")]
public interface ISplitGrain : IGrainWithStringKey
{
    /// <summary>Begins, or goes on, unless it is at it.</summary>
    [Alias("Resume")]
    Task ResumeAsync();

    /// <summary>How far the new shards have come; <c>null</c> where nothing is known yet.</summary>
    [AlwaysInterleave]
    [Alias("GetProgress")]
    Task<SplitProgress?> GetProgressAsync();
}

/// <summary>How far a split has come.</summary>
/// <param name="Shards">New shards.</param>
/// <param name="Ready">Those that have their rows and are close behind their parents.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.SplitProgress")]
public sealed record SplitProgress([property: Id(0)] int Shards, [property: Id(1)] int Ready);
