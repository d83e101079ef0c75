namespace Manifold.Storage.Tests;

public sealed class FolderSegmentStoreTests : SegmentStoreContract
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task List_UnfinishedWrites_AreNotAmongTheNames()
    {
        await PutAsync(Store, "top", Bytes(10));
        File.WriteAllText(_folder["~writing/0.tmp"], "half");
        Assert.Equal(["top"], await ListAsync(Store, ""));
    }

    [Fact]
    public async Task Open_LeftoverTemporaries_AreRemovedAndObjectsStay()
    {
        var stored = await PutAsync(Store, "kept.tmp", Bytes(10));
        File.WriteAllText(_folder["~writing/0.tmp"], "half");
        using var store = Open();
        Assert.False(File.Exists(_folder["~writing/0.tmp"]));
        await store.VerifyAsync(stored, Cancel);
    }

    [Fact]
    public async Task Open_FolderOfACluster_KeepsWhatOthersMayBeWriting()
    {
        await Store.ClaimAsync("north", Cancel);
        File.WriteAllText(_folder["~writing/new.tmp"], "half");
        File.WriteAllText(_folder["~writing/old.tmp"], "half");
        File.SetLastWriteTimeUtc(_folder["~writing/old.tmp"], DateTime.UtcNow.AddDays(-2));
        using var store = Open();
        Assert.True(File.Exists(_folder["~writing/new.tmp"]));
        Assert.False(File.Exists(_folder["~writing/old.tmp"]));
    }

    [Fact]
    public async Task PutAndDelete_BySeveralStoresInOneFolder_LoseNothing()
    {
        var stores = Enumerable.Range(0, 4).Select(_ => Open()).ToList();
        await Task.WhenAll(stores.Select((store, silo) => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                await PutAsync(store, $"shared/{silo}-{i}", Bytes(10 + i));
                await store.DeleteAsync($"shared/{silo}-{i - 1}", Cancel);
            }
        }, Cancel)));
        Assert.Equal(["shared/0-49", "shared/1-49", "shared/2-49", "shared/3-49"], await ListAsync(Store, ""));
    }

    [Fact]
    public async Task Claim_ByTwoClustersAtOnce_OneWins()
    {
        var stores = Enumerable.Range(0, 8).Select(_ => Open()).ToList();
        var claims = stores.Select((store, i) => Record.ExceptionAsync(() => store.ClaimAsync(i % 2 == 0 ? "north" : "south", Cancel)).AsTask());
        var failures = await Task.WhenAll(claims);
        var winner = (await Store.ReadMarkerAsync(Cancel))!.ClusterId;
        for (var i = 0; i < failures.Length; i++)
        {
            if (winner == (i % 2 == 0 ? "north" : "south"))
                Assert.Null(failures[i]);
            else
                Assert.IsType<SegmentStoreClaimedException>(failures[i]);
        }
        stores.ForEach(store => store.Dispose());
    }

    protected override ISharedSegmentStore Open() => new FolderSegmentStore(_folder.Path);

    protected override string FileOf(string name) => _folder[name];

    protected override IEnumerable<string> Files() => Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories);

    protected override ValueTask CleanAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
