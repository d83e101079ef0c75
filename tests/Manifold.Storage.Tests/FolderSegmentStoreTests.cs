using System.IO.Hashing;

namespace Manifold.Storage.Tests;

public sealed class FolderSegmentStoreTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Put_Bytes_AreThereWithLengthAndChecksum()
    {
        using var folder = new TemporaryFolder();
        var store = new FolderSegmentStore(folder.Path);
        var bytes = Bytes(1_000_000);
        var stored = await PutAsync(store, "photos/0/1-7.segment", bytes);
        Assert.Equal(new StoredObject("photos/0/1-7.segment", bytes.Length, Convert.ToHexStringLower(XxHash128.Hash(bytes))), stored);
        Assert.Equal(bytes, File.ReadAllBytes(await store.GetLocalPathAsync(stored.Name, Cancel)));
        await store.VerifyAsync(stored, Cancel);
    }

    [Fact]
    public async Task Put_WriterFails_LeavesNothing()
    {
        using var folder = new TemporaryFolder();
        var store = new FolderSegmentStore(folder.Path);
        await Assert.ThrowsAsync<IOException>(() => store.PutAsync("a", async (stream, cancel) =>
        {
            await stream.WriteAsync(Bytes(5000), cancel);
            throw new IOException("no more");
        }, Cancel));
        await Assert.ThrowsAsync<FileNotFoundException>(() => store.GetLocalPathAsync("a", Cancel));
        Assert.Empty(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Put_SameNameAgain_SucceedsOnlyWithTheSameBytes()
    {
        using var folder = new TemporaryFolder();
        var store = new FolderSegmentStore(folder.Path);
        var stored = await PutAsync(store, "a/b", Bytes(100));
        Assert.Equal(stored, await PutAsync(store, "a/b", Bytes(100)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => PutAsync(store, "a/b", Bytes(101)));
        await store.VerifyAsync(stored, Cancel);
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
    public async Task AnyCall_NameOutsideTheRule_IsRefused(string name)
    {
        using var folder = new TemporaryFolder();
        var store = new FolderSegmentStore(folder["store"]);
        await Assert.ThrowsAsync<ArgumentException>(() => PutAsync(store, name, Bytes(1)));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.GetLocalPathAsync(name, Cancel));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.DeleteAsync(name, Cancel));
        Assert.Equal([folder["store"]], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Verify_AnyByteFlippedOrMissing_NamesObjectAndFile()
    {
        using var folder = new TemporaryFolder();
        var store = new FolderSegmentStore(folder.Path);
        var stored = await PutAsync(store, "s/1", Bytes(200));
        var path = await store.GetLocalPathAsync("s/1", Cancel);
        for (var offset = 0; offset < 200; offset += 13)
        {
            LogScenario.FlipBit(path, offset, offset % 8);
            var error = await Assert.ThrowsAsync<CorruptDataException>(() => store.VerifyAsync(stored, Cancel));
            Assert.Contains("'s/1'", error.Message, StringComparison.Ordinal);
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
            LogScenario.FlipBit(path, offset, offset % 8);
        }
        await store.VerifyAsync(stored, Cancel);
        using (var file = File.Open(path, FileMode.Open))
            file.SetLength(199);
        await Assert.ThrowsAsync<CorruptDataException>(() => store.VerifyAsync(stored, Cancel));
        await store.DeleteAsync("s/1", Cancel);
        await Assert.ThrowsAsync<FileNotFoundException>(() => store.VerifyAsync(stored, Cancel));
    }

    [Fact]
    public async Task List_Prefix_GivesTheNamesUnderItAndNoUnfinishedWrites()
    {
        using var folder = new TemporaryFolder();
        var store = new FolderSegmentStore(folder.Path);
        foreach (var name in new[] { "photos/0/2", "photos/0/1", "photos/1/1", "texts/0/1", "top" })
            await PutAsync(store, name, Bytes(10));
        File.WriteAllText(folder["~writing/0.tmp"], "half");
        Assert.Equal(["photos/0/1", "photos/0/2"], await ListAsync(store, "photos/0/"));
        Assert.Equal(["photos/0/1", "photos/0/2", "photos/1/1", "texts/0/1", "top"], await ListAsync(store, ""));
        Assert.Empty(await ListAsync(store, "nothing"));
    }

    [Fact]
    public async Task Delete_OnceAndAgain_LeavesTheOthers()
    {
        using var folder = new TemporaryFolder();
        var store = new FolderSegmentStore(folder.Path);
        await PutAsync(store, "a/1", Bytes(10));
        await PutAsync(store, "a/2", Bytes(10));
        await store.DeleteAsync("a/1", Cancel);
        await store.DeleteAsync("a/1", Cancel);
        Assert.Equal(["a/2"], await ListAsync(store, ""));
    }

    [Fact]
    public async Task Open_LeftoverTemporaries_AreRemovedAndObjectsStay()
    {
        using var folder = new TemporaryFolder();
        var stored = await PutAsync(new FolderSegmentStore(folder.Path), "kept.tmp", Bytes(10));
        File.WriteAllText(folder["~writing/0.tmp"], "half");
        var store = new FolderSegmentStore(folder.Path);
        Assert.False(File.Exists(folder["~writing/0.tmp"]));
        await store.VerifyAsync(stored, Cancel);
    }

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    private static Task<StoredObject> PutAsync(FolderSegmentStore store, string name, byte[] bytes) =>
        store.PutAsync(name, async (stream, cancel) => await stream.WriteAsync(bytes, cancel), Cancel);

    private static async Task<List<string>> ListAsync(FolderSegmentStore store, string prefix)
    {
        var names = new List<string>();
        await foreach (var (name, written) in store.ListAsync(prefix, Cancel))
        {
            Assert.InRange(written, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
            names.Add(name);
        }
        return names;
    }
}
