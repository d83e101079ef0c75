using Manifold.Storage;

namespace Manifold.Server;

/// <summary>Opens the store of segments that the options name, with its cache, and says in words what keeps it from opening.</summary>
internal static partial class SegmentStorage
{
    /// <param name="options">Valid options.</param>
    /// <param name="logger">Where the cache reports.</param>
    /// <param name="own">Takes what is to be disposed of after the store's last use, in the reverse order.</param>
    /// <param name="cancellationToken">Gives the start up.</param>
    /// <exception cref="StartupException">The store or the cache cannot be used; names the key.</exception>
    public static async Task<ISharedSegmentStore> OpenAsync(ServerOptions options, ILogger logger, Action<IDisposable> own, CancellationToken cancellationToken)
    {
        var uri = options.ParseSegmentStore();
        try
        {
            var store = await SegmentStoreFactory.OpenAsync(uri, () => OpenCache(options, logger, own), cancellationToken);
            own(store);
            return store;
        }
        catch (FormatException e)
        {
            throw new StartupException(e.Message, e);
        }
        catch (Exception e) when (options.SegmentStore.Length > 0 && e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{ServerOptions.Section}:{nameof(ServerOptions.SegmentStore)} is \"{options.SegmentStore}\": {e.Message}", e);
        }
    }

    /// <summary>The stores where snapshots may be; each is opened when it is asked for, those of S3 with a cache of their own.</summary>
    /// <exception cref="StartupException">A root is no store.</exception>
    public static SegmentStores OpenSnapshots(ServerOptions options, ILogger logger, Action<IDisposable> own)
    {
        // One cache is of one process's one folder: the cluster's store may have one open.
        var cache = new Lazy<SegmentCache>(() => OpenCache(
            options with { SegmentCache = options.SegmentCache with { Folder = Path.Combine(Path.GetFullPath(options.Data), "snapshot-cache") } }, logger, own));
        try
        {
            var stores = new SegmentStores(() => cache.Value, options.SnapshotRoots);
            own(stores);
            return stores;
        }
        catch (FormatException e)
        {
            throw new StartupException(e.Message, e);
        }
    }

    private static SegmentCache OpenCache(ServerOptions options, ILogger logger, Action<IDisposable> own)
    {
        var settings = options.SegmentCache;
        var folder = settings.Folder.Length > 0 ? Path.GetFullPath(settings.Folder) : Path.Combine(Path.GetFullPath(options.Data), "segment-cache");
        try
        {
            var cache = SegmentCache.Open(new SegmentCacheOptions { Folder = folder, MaxBytes = settings.MaxBytes, Warning = warning => LogCacheWarning(logger, warning) });
            own(cache);
            return cache;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{ServerOptions.Section}:SegmentCache:{nameof(SegmentCacheSettings.Folder)} is \"{folder}\": {e.Message}", e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Segment cache: {Warning}")]
    private static partial void LogCacheWarning(ILogger logger, string warning);
}
