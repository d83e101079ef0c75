using System.Text;

namespace Manifold.Storage.Tests;

public sealed class FileDocumentStoreTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Write_NewDocument_ReadsBackAcrossReopen()
    {
        using var folder = new TemporaryFolder();
        var etag = await WriteAsync(new FileDocumentStore(folder.Path), "photos/0", "hello", null);
        var read = await new FileDocumentStore(folder.Path).ReadAsync("photos/0", Cancel);
        Assert.Equal("hello", Encoding.UTF8.GetString(read!.Content.Span));
        Assert.Equal(etag, read.ETag);
        Assert.Null(await new FileDocumentStore(folder.Path).ReadAsync("photos/1", Cancel));
    }

    [Fact]
    public async Task Write_AnotherVersionThanExpected_IsAConflictAndChangesNothing()
    {
        using var folder = new TemporaryFolder();
        var store = new FileDocumentStore(folder.Path);
        await Assert.ThrowsAsync<DocumentConflictException>(() => WriteAsync(store, "k", "x", Guid.NewGuid().ToString("N")));
        var first = await WriteAsync(store, "k", "one", null);
        await Assert.ThrowsAsync<DocumentConflictException>(() => WriteAsync(store, "k", "x", null));
        var second = await WriteAsync(store, "k", "two", first);
        await Assert.ThrowsAsync<DocumentConflictException>(() => WriteAsync(store, "k", "x", first));
        await Assert.ThrowsAsync<DocumentConflictException>(() => store.DeleteAsync("k", first, Cancel));
        Assert.Equal("two", Encoding.UTF8.GetString((await store.ReadAsync("k", Cancel))!.Content.Span));
        await store.DeleteAsync("k", second, Cancel);
        Assert.Null(await store.ReadAsync("k", Cancel));
        await Assert.ThrowsAsync<DocumentConflictException>(() => store.DeleteAsync("k", second, Cancel));
    }

    [Fact]
    public async Task Write_ChangedAndChangedBack_IsAnotherVersion()
    {
        using var folder = new TemporaryFolder();
        var store = new FileDocumentStore(folder.Path);
        var first = await WriteAsync(store, "k", "A", null);
        var second = await WriteAsync(store, "k", "B", first);
        var third = await WriteAsync(store, "k", "A", second);
        await store.DeleteAsync("k", third, Cancel);
        var fourth = await WriteAsync(store, "k", "A", null);
        Assert.Equal(4, new[] { first, second, third, fourth }.Distinct().Count());
        await Assert.ThrowsAsync<DocumentConflictException>(() => WriteAsync(store, "k", "C", first));
    }

    [Fact]
    public async Task Write_ManyAtOnceThroughTwoStores_ExactlyOneWinsEachVersion()
    {
        using var folder = new TemporaryFolder(inMemory: true);
        var stores = new[] { new FileDocumentStore(folder.Path), new FileDocumentStore(folder.Path) };
        var etag = await WriteAsync(stores[0], "counter", "0", null);
        for (var round = 0; round < 20; round++)
        {
            var expected = etag;
            var won = new List<string>();
            await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
            {
                try
                {
                    var mine = await WriteAsync(stores[writer % 2], "counter", $"{round}/{writer}", expected);
                    lock (won)
                        won.Add(mine);
                }
                catch (DocumentConflictException)
                {
                }
            })));
            etag = Assert.Single(won);
        }
    }

    [Fact]
    public async Task Read_AnyByteDamaged_NamesTheFile()
    {
        using var folder = new TemporaryFolder();
        var store = new FileDocumentStore(folder.Path);
        var etag = await WriteAsync(store, "photos/0", "some content", null);
        var file = Directory.GetFiles(folder.Path).Single();
        for (var offset = 0; offset < new FileInfo(file).Length; offset++)
        {
            LogScenario.FlipBit(file, offset, offset % 8);
            var error = await Assert.ThrowsAsync<CorruptDataException>(() => store.ReadAsync("photos/0", Cancel));
            Assert.Contains(file, error.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<CorruptDataException>(() => WriteAsync(store, "photos/0", "x", etag));
            LogScenario.FlipBit(file, offset, offset % 8);
        }
        var whole = File.ReadAllBytes(file);
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(file, whole[..length]);
            await Assert.ThrowsAsync<CorruptDataException>(() => store.ReadAsync("photos/0", Cancel));
        }
    }

    [Fact]
    public async Task Read_FileOfAnotherKeyInItsPlace_IsReported()
    {
        using var folder = new TemporaryFolder();
        var store = new FileDocumentStore(folder.Path);
        await WriteAsync(store, "a", "of a", null);
        await WriteAsync(store, "b", "of b", null);
        File.Copy(folder["a_.doc"], folder["b_.doc"], overwrite: true);
        await Assert.ThrowsAsync<CorruptDataException>(() => store.ReadAsync("b", Cancel));
    }

    [Fact]
    public async Task Open_LeftoverTemporaries_AreIgnoredAndRemoved()
    {
        using var folder = new TemporaryFolder();
        var store = new FileDocumentStore(folder.Path);
        await WriteAsync(store, "k", "kept", null);
        File.WriteAllText(folder["k_.doc.0123.tmp"], "half");
        Assert.NotNull(await store.ReadAsync("k", Cancel));
        store = new FileDocumentStore(folder.Path);
        Assert.Equal([folder["k_.doc"]], Directory.GetFiles(folder.Path));
        Assert.NotNull(await store.ReadAsync("k", Cancel));
    }

    [Fact]
    public async Task Write_KeysOfAllKinds_StayInsideTheFolderAndApart()
    {
        using var folder = new TemporaryFolder();
        var store = new FileDocumentStore(folder["store"]);
        string[] keys =
        [
            "a", "A", "a/b", "a=2fb", "a_", "a_.doc", "../x", "/etc/passwd", "..", ".", " ", "con", "é", "e\u0301", "图片/0", "a\0b", "a+/b",
            new('x', 149), new('x', 150), new('x', 151), new('x', 1024), new('Z', 1024),
        ];
        foreach (var key in keys)
            await WriteAsync(store, key, key, null);
        foreach (var key in keys)
            Assert.Equal(key, Encoding.UTF8.GetString((await store.ReadAsync(key, Cancel))!.Content.Span));
        Assert.Equal([folder["store"]], Directory.GetFileSystemEntries(folder.Path));
        Assert.Equal(keys.Length, Directory.GetFiles(folder["store"], "*.doc", SearchOption.AllDirectories).Select(file => file.ToUpperInvariant()).Distinct().Count());
        await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync(store, "", "x", null));
        await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync(store, new string('x', 1025), "x", null));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => WriteAsync(store, "\ud800", "x", null));
    }

    private static Task<string> WriteAsync(FileDocumentStore store, string key, string content, string? expected) =>
        store.WriteAsync(key, Encoding.UTF8.GetBytes(content), expected, Cancel);
}
