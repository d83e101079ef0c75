using System.IO.Hashing;

namespace Manifold.Storage.Tests;

/// <summary>What every segment store promises.</summary>
public abstract class SegmentStoreContract : IAsyncLifetime
{
    private ISharedSegmentStore? _store;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The store of the test.</summary>
    protected ISharedSegmentStore Store => _store!;

    public async ValueTask InitializeAsync()
    {
        await PrepareAsync();
        _store = Open();
    }

    public async ValueTask DisposeAsync()
    {
        _store?.Dispose();
        await CleanAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Put_Bytes_AreThereWithLengthAndChecksum()
    {
        var bytes = Bytes(1_000_000);
        var stored = await PutAsync(Store, "photos/0/1-7.segment", bytes);
        Assert.Equal(new StoredObject("photos/0/1-7.segment", bytes.Length, Convert.ToHexStringLower(XxHash128.Hash(bytes))), stored);
        Assert.Equal(bytes, File.ReadAllBytes(await Store.GetLocalPathAsync(stored.Name, Cancel)));
        using (var lease = await Store.LeaseAsync(stored.Name, Cancel))
            Assert.Equal(bytes, File.ReadAllBytes(lease.Path));
        await Store.VerifyAsync(stored, Cancel);
    }

    [Fact]
    public async Task Put_NoBytes_IsAnObject()
    {
        var stored = await PutAsync(Store, "empty", []);
        Assert.Equal(0, new FileInfo(await Store.GetLocalPathAsync("empty", Cancel)).Length);
        await Store.VerifyAsync(stored, Cancel);
        Assert.Equal(["empty"], await ListAsync(Store, ""));
    }

    [Fact]
    public async Task Put_WriterFails_LeavesNothing()
    {
        await Assert.ThrowsAsync<IOException>(() => Store.PutAsync("a", async (stream, cancel) =>
        {
            await stream.WriteAsync(Bytes(5000), cancel);
            throw new IOException("no more");
        }, Cancel));
        await Assert.ThrowsAsync<FileNotFoundException>(() => Store.GetLocalPathAsync("a", Cancel));
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Put_Cancelled_LeavesNothing()
    {
        using var cancelled = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.PutAsync("a", async (stream, cancel) =>
        {
            await stream.WriteAsync(Bytes(5000), cancel);
            await cancelled.CancelAsync();
        }, cancelled.Token));
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Put_SameNameAgain_SucceedsOnlyWithTheSameBytes()
    {
        var stored = await PutAsync(Store, "a/b", Bytes(100));
        Assert.Equal(stored, await PutAsync(Store, "a/b", Bytes(100)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => PutAsync(Store, "a/b", Bytes(101)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => PutAsync(Store, "a/b", new byte[100]));
        await Store.VerifyAsync(stored, Cancel);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../a")]
    [InlineData("a/../../b")]
    [InlineData("a\\b")]
    [InlineData("~writing/a")]
    [InlineData("a b")]
    [InlineData("a\0")]
    [InlineData("é")]
    [InlineData(SegmentStoreMarker.ObjectName)]
    public async Task AnyCall_NameOutsideTheRule_IsRefused(string name)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => PutAsync(Store, name, Bytes(1)));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.GetLocalPathAsync(name, Cancel));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.LeaseAsync(name, Cancel));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.DeleteAsync(name, Cancel));
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Verify_AnyByteFlippedOrMissing_NamesTheObject()
    {
        var stored = await PutAsync(Store, "s/1", Bytes(200));
        var path = FileOf("s/1");
        for (var offset = 0; offset < 200; offset += 13)
        {
            LogScenario.FlipBit(path, offset, offset % 8);
            var error = await Assert.ThrowsAsync<CorruptDataException>(() => Store.VerifyAsync(stored, Cancel));
            Assert.Contains("'s/1'", error.Message, StringComparison.Ordinal);
            Assert.Contains(Store.Location, error.Message, StringComparison.Ordinal);
            LogScenario.FlipBit(path, offset, offset % 8);
        }
        await Store.VerifyAsync(stored, Cancel);
        using (var file = File.Open(path, FileMode.Open))
            file.SetLength(199);
        await Assert.ThrowsAsync<CorruptDataException>(() => Store.VerifyAsync(stored, Cancel));
        await Store.DeleteAsync("s/1", Cancel);
        await Assert.ThrowsAsync<FileNotFoundException>(() => Store.VerifyAsync(stored, Cancel));
    }

    [Fact]
    public async Task List_Prefix_GivesTheNamesUnderItInOrder()
    {
        foreach (var name in new[] { "photos/0/2", "photos/0/1", "photos/1/1", "texts/0/1", "top" })
            await PutAsync(Store, name, Bytes(10));
        Assert.Equal(["photos/0/1", "photos/0/2"], await ListAsync(Store, "photos/0/"));
        Assert.Equal(["photos/0/1", "photos/0/2", "photos/1/1", "texts/0/1", "top"], await ListAsync(Store, ""));
        Assert.Empty(await ListAsync(Store, "nothing"));
    }

    [Fact]
    public async Task Delete_OnceAndAgain_LeavesTheOthers()
    {
        await PutAsync(Store, "a/1", Bytes(10));
        await PutAsync(Store, "a/2", Bytes(10));
        await Store.DeleteAsync("a/1", Cancel);
        await Store.DeleteAsync("a/1", Cancel);
        Assert.Equal(["a/2"], await ListAsync(Store, ""));
        await Assert.ThrowsAsync<FileNotFoundException>(() => Store.GetLocalPathAsync("a/1", Cancel));
    }

    [Fact]
    public async Task Delete_FileInUse_GoesOnForItsReader()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows keeps files that are open");
        await PutAsync(Store, "a", Bytes(1000));
        using var lease = await Store.LeaseAsync("a", Cancel);
        using var reader = File.OpenRead(lease.Path);
        await Store.DeleteAsync("a", Cancel);
        var read = new byte[1000];
        reader.ReadExactly(read);
        Assert.Equal(Bytes(1000), read);
    }

    [Fact]
    public async Task Claim_FirstAndAgain_ShowsOneMarker()
    {
        Assert.Null(await Store.ReadMarkerAsync(Cancel));
        var marker = await Store.ClaimAsync("north", Cancel);
        Assert.Equal("north", marker.ClusterId);
        using var other = Open();
        Assert.Equal(marker, await other.ClaimAsync("north", Cancel));
        Assert.Equal(marker, await other.ReadMarkerAsync(Cancel));
        Assert.Empty(await ListAsync(Store, ""));
    }

    [Fact]
    public async Task Claim_ByAnotherCluster_NamesStoreAndBothIds()
    {
        await Store.ClaimAsync("north", Cancel);
        var error = await Assert.ThrowsAsync<SegmentStoreClaimedException>(() => Store.ClaimAsync("south", Cancel));
        foreach (var named in new[] { Store.Location, "\"north\"", "\"south\"", "Manifold:SegmentStore", SegmentStoreMarker.ObjectName })
            Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"clusterId\":null,\"storeId\":\"00000000000000000000000000000000\",\"created\":\"2026-01-01T00:00:00Z\"}")]
    [InlineData("half a mark")]
    public async Task Claim_MarkerIsDamaged_IsRefused(string content)
    {
        await Store.ClaimAsync("north", Cancel);
        File.WriteAllText(FileOf(SegmentStoreMarker.ObjectName), content);
        var error = await Assert.ThrowsAsync<CorruptDataException>(() => Store.ClaimAsync("north", Cancel));
        Assert.Contains(SegmentStoreMarker.ObjectName, error.Message, StringComparison.Ordinal);
    }

    internal static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    internal static Task<StoredObject> PutAsync(ISegmentStore store, string name, byte[] bytes) =>
        store.PutAsync(name, async (stream, cancel) => await stream.WriteAsync(bytes, cancel), Cancel);

    internal static async Task<List<string>> ListAsync(ISegmentStore store, string prefix)
    {
        var names = new List<string>();
        await foreach (var (name, written) in store.ListAsync(prefix, Cancel))
        {
            Assert.InRange(written, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(5));
            names.Add(name);
        }
        return names;
    }

    protected virtual ValueTask PrepareAsync() => ValueTask.CompletedTask;

    protected abstract ValueTask CleanAsync();

    /// <summary>Another opening of the same store, as another silo has it.</summary>
    protected abstract ISharedSegmentStore Open();

    /// <summary>The file in which the store, not a cache, has an object.</summary>
    protected abstract string FileOf(string name);

    /// <summary>All files of objects, and whatever is half-made.</summary>
    protected abstract IEnumerable<string> Files();
}
