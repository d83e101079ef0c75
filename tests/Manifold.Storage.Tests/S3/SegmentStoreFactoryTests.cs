namespace Manifold.Storage.Tests;

public sealed class SegmentStoreFactoryTests : IClassFixture<S3rver>, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly S3rver _server;

    public SegmentStoreFactoryTests(S3rver server)
    {
        _server = server;
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", S3rver.Key);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", S3rver.Key);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_Folder_NeedsNoCache()
    {
        using var store = await SegmentStoreFactory.OpenAsync(SegmentStoreUri.Parse(_folder["store"]), () => throw new InvalidOperationException("not asked for"), Cancel);
        Assert.IsType<FolderSegmentStore>(store);
        Assert.Equal(_folder["store"], store.Location);
    }

    [Fact]
    public async Task Open_TwoPrefixes_ShareOneCacheAndMixNothing()
    {
        using var cache = OpenCache();
        using var first = await SegmentStoreFactory.OpenAsync(_server.Uri("first"), () => cache, Cancel);
        using var second = await SegmentStoreFactory.OpenAsync(_server.Uri("second"), () => cache, Cancel);
        await SegmentStoreContract.PutAsync(first, "a", [1]);
        await SegmentStoreContract.PutAsync(second, "a", [2, 2]);
        Assert.Equal([1], File.ReadAllBytes(await first.GetLocalPathAsync("a", Cancel)));
        Assert.Equal([2, 2], File.ReadAllBytes(await second.GetLocalPathAsync("a", Cancel)));
        await first.DeleteAsync("a", Cancel);
        Assert.Empty(await SegmentStoreContract.ListAsync(first, ""));
        Assert.Equal(["a"], await SegmentStoreContract.ListAsync(second, ""));
        Assert.Equal(2, cache.Bytes);
    }

    [Fact]
    public async Task Open_NoSuchBucket_SaysSo()
    {
        using var cache = OpenCache();
        var error = await Assert.ThrowsAsync<SegmentStoreUnavailableException>(() => SegmentStoreFactory.OpenAsync(_server.Uri("a", "absent"), () => cache, Cancel));
        Assert.Contains("no bucket 'absent'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_ClaimAndReopen_ShowTheMarkerOverTheNetworkToo()
    {
        using var cache = OpenCache();
        using var store = await SegmentStoreFactory.OpenAsync(_server.Uri("claimed"), () => cache, Cancel);
        var documents = new FileDocumentStore(_folder["state"]);
        var marker = await SegmentStoreClaim.ClaimAsync(store, documents, "north", Cancel);
        using var other = await SegmentStoreFactory.OpenAsync(_server.Uri("unclaimed"), () => cache, Cancel);
        var error = await Assert.ThrowsAsync<SegmentStoreClaimedException>(() => SegmentStoreClaim.ClaimAsync(other, documents, "north", Cancel));
        Assert.Contains($"{marker.StoreId:N}", error.Message, StringComparison.Ordinal);
        Assert.Contains(other.Location, error.Message, StringComparison.Ordinal);
    }

    private SegmentCache OpenCache() => SegmentCache.Open(new SegmentCacheOptions { Folder = _folder["cache"] });
}
