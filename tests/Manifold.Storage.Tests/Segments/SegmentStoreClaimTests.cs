namespace Manifold.Storage.Tests;

public sealed class SegmentStoreClaimTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FileDocumentStore _documents;
    private readonly FolderSegmentStore _shared;

    public SegmentStoreClaimTests()
    {
        _documents = new FileDocumentStore(_folder["state"]);
        _shared = new FolderSegmentStore(_folder["shared"]);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Claim_SilosOfOneStore_AllMayStart()
    {
        var markers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => SegmentStoreClaim.ClaimAsync(_shared, _documents, "north", Cancel)));
        Assert.Single(markers.Distinct());
        Assert.Equal(markers[0], await _shared.ReadMarkerAsync(Cancel));
    }

    [Fact]
    public async Task Claim_FolderThatIsNotTheMount_IsRefusedAndNotMarked()
    {
        var marker = await SegmentStoreClaim.ClaimAsync(_shared, _documents, "north", Cancel);
        var local = new FolderSegmentStore(_folder["local"]);
        var error = await Assert.ThrowsAsync<SegmentStoreClaimedException>(() => SegmentStoreClaim.ClaimAsync(local, _documents, "north", Cancel));
        foreach (var named in new[] { _folder["local"], "\"north\"", $"{marker.StoreId:N}", "Manifold:SegmentStore", "mount" })
            Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Null(await local.ReadMarkerAsync(Cancel));
    }

    [Fact]
    public async Task Claim_AnotherStoreOfTheSameCluster_NamesBothIds()
    {
        var marker = await SegmentStoreClaim.ClaimAsync(_shared, _documents, "north", Cancel);
        var earlier = new FolderSegmentStore(_folder["earlier"]);
        var other = await earlier.ClaimAsync("north", Cancel);
        var error = await Assert.ThrowsAsync<SegmentStoreClaimedException>(() => SegmentStoreClaim.ClaimAsync(earlier, _documents, "north", Cancel));
        Assert.Contains($"{marker.StoreId:N}", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{other.StoreId:N}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Claim_StoreOfAnotherCluster_IsRefusedAndNotRemembered()
    {
        await _shared.ClaimAsync("south", Cancel);
        await Assert.ThrowsAsync<SegmentStoreClaimedException>(() => SegmentStoreClaim.ClaimAsync(_shared, _documents, "north", Cancel));
        Assert.Null(await _documents.ReadAsync(SegmentStoreClaim.DocumentKey, Cancel));
    }

    [Fact]
    public async Task Claim_KilledBetweenMarkerAndDocument_GoesOn()
    {
        var marker = await _shared.ClaimAsync("north", Cancel);
        Assert.Equal(marker, await SegmentStoreClaim.ClaimAsync(_shared, _documents, "north", Cancel));
        Assert.Equal(marker, await SegmentStoreClaim.ClaimAsync(_shared, _documents, "north", Cancel));
    }
}
