namespace Manifold.Storage;

/// <summary>Opens the store that a URI names.</summary>
public static class SegmentStoreFactory
{
    /// <summary>Opens a store and makes sure that it can be reached.</summary>
    /// <param name="uri">The store.</param>
    /// <param name="cache">Gives the cache of a store beyond this machine; not asked for a folder. It stays the caller's and outlives the store; several stores may share one.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <param name="isShared">Whether other processes may be writing there, without a cluster's claim.</param>
    /// <exception cref="FormatException">Neither endpoint nor region of an S3 store is known.</exception>
    /// <exception cref="IOException">The folder cannot be created, or the store cannot be used (<see cref="SegmentStoreUnavailableException"/>).</exception>
    public static async Task<ISharedSegmentStore> OpenAsync(SegmentStoreUri uri, Func<SegmentCache> cache, CancellationToken cancellationToken, bool isShared = false)
    {
        if (uri.Folder is { } folder)
            return new FolderSegmentStore(folder, isShared);
        var store = new S3SegmentStore(uri, cache());
        try
        {
            await store.CheckAsync(cancellationToken);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }
}
