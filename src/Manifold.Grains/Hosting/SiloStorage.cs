using Manifold.Storage;

namespace Manifold.Grains;

/// <summary>What a silo keeps its data in. Owned by whoever made it.</summary>
/// <param name="Logs">Shard logs.</param>
/// <param name="Segments">Segments.</param>
/// <param name="Documents">Grain state: the catalog and the manifests; <c>null</c> where the host registers a grain storage named <see cref="ManifoldStorage.Name"/>.</param>
/// <param name="Snapshots">Where snapshots are; <c>null</c> where none are made or restored.</param>
public sealed record SiloStorage(IShardLogProvider Logs, ISegmentStore Segments, IDocumentStore? Documents, SegmentStores? Snapshots = null);
