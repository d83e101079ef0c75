namespace Manifold.Storage;

/// <summary>A segment store that the silos of a cluster can share: it says where it is, and bears the mark of the cluster that uses it.</summary>
public interface ISharedSegmentStore : ISegmentStore, IDisposable
{
    /// <summary>Where it is, for messages: a folder, or <c>s3://bucket/prefix at ENDPOINT</c>. Holds no credentials.</summary>
    string Location { get; }

    /// <summary>The marker that the store shows, read from the store itself; <c>null</c> where it has none.</summary>
    /// <exception cref="CorruptDataException">What lies in its place is no marker; names it.</exception>
    /// <exception cref="IOException">The store cannot be read (<see cref="SegmentStoreUnavailableException"/> for one that is not on this machine).</exception>
    Task<SegmentStoreMarker?> ReadMarkerAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Takes the store for a cluster: writes the marker where there is none, so that of several who try at the same time one wins, and otherwise
    /// compares. Whether the silos of a cluster see one store is for <see cref="SegmentStoreClaim"/>.
    /// </summary>
    /// <param name="clusterId">The cluster's id.</param>
    /// <param name="cancellationToken">Gives it up; the marker may have been written.</param>
    /// <returns>The marker that the store shows.</returns>
    /// <exception cref="SegmentStoreClaimedException">The store belongs to another cluster; names the store, both ids and what to do.</exception>
    /// <exception cref="CorruptDataException">What lies in the marker's place is no marker; names it.</exception>
    /// <exception cref="IOException">The store cannot be read or written.</exception>
    Task<SegmentStoreMarker> ClaimAsync(string clusterId, CancellationToken cancellationToken);
}
