using Manifold.Storage;
using Microsoft.Extensions.Logging;

namespace Manifold.Shards;

/// <summary>What shards of one process stand on. Owned by whoever made it; shards dispose of none of it.</summary>
/// <param name="Logs">Where logs are.</param>
/// <param name="Segments">Where segments are.</param>
/// <param name="Documents">Where manifests are.</param>
/// <param name="Options">How shards behave.</param>
/// <param name="Logger">Where they report.</param>
public sealed record ShardServices(
    IShardLogProvider Logs,
    ISegmentStore Segments,
    IDocumentStore Documents,
    ShardOptions Options,
    ILogger Logger)
{
    /// <summary>Where snapshots are; <c>null</c> where none are made or restored.</summary>
    public SegmentStores? Snapshots { get; init; }

    /// <summary>Turns of merging and indexing: one for each of <see cref="ShardOptions.MaintenanceThreads"/>, for all shards together.</summary>
    internal SemaphoreSlim Maintenance { get; } = new(Options.MaintenanceThreads);
}
