namespace Manifold.Storage;

/// <summary>
/// Makes sure that the silos of a cluster use one segment store. The marker alone cannot: a silo whose folder is not the shared mount would find none and write its
/// own. So the cluster's documents keep which marker it is, and a store that shows another, or none, is refused.
/// </summary>
public static class SegmentStoreClaim
{
    /// <summary>The document that keeps the marker.</summary>
    public const string DocumentKey = "segment-store";

    /// <summary>Takes the store for the cluster at its first start; later compares. To be called before anything else is read from the store or written to it.</summary>
    /// <param name="store">The silo's store.</param>
    /// <param name="documents">The cluster's documents, the same for all silos.</param>
    /// <param name="clusterId">The cluster's id.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="SegmentStoreClaimedException">The store is another cluster's, or not the one that this cluster uses; names the store, both ids and what to do.</exception>
    /// <exception cref="CorruptDataException">The marker or the document is damaged.</exception>
    /// <exception cref="IOException">The store cannot be read or written.</exception>
    public static async Task<SegmentStoreMarker> ClaimAsync(ISharedSegmentStore store, IDocumentStore documents, string clusterId, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await documents.ReadAsync(DocumentKey, cancellationToken) is { } document)
            {
                var expected = SegmentStoreMarker.Decode(document.Content.Span, $"the document '{DocumentKey}'");
                return Compare(expected, await store.ReadMarkerAsync(cancellationToken), store.Location, clusterId);
            }
            var marker = await store.ClaimAsync(clusterId, cancellationToken);
            try
            {
                await documents.WriteAsync(DocumentKey, marker.Encode(), null, cancellationToken);
                return marker;
            }
            catch (DocumentConflictException)
            {
                // Another silo was first: compare with what it wrote.
            }
        }
    }

    private static SegmentStoreMarker Compare(SegmentStoreMarker expected, SegmentStoreMarker? shown, string location, string clusterId)
    {
        var sameStore = $"All silos of a cluster need the same store: mount the shared folder, or set {SegmentStoreUri.Key} as on the other silos";
        if (shown is null)
        {
            throw new SegmentStoreClaimedException(
                $"the segment store {location} shows no {SegmentStoreMarker.ObjectName}, and cluster \"{clusterId}\" uses the store with id {expected.StoreId:N}. {sameStore}.");
        }
        shown.Of(clusterId, location);
        return shown.StoreId == expected.StoreId
            ? shown
            : throw new SegmentStoreClaimedException(
                $"the segment store {location} has id {shown.StoreId:N}, and cluster \"{clusterId}\" uses the store with id {expected.StoreId:N}. {sameStore}.");
    }
}
