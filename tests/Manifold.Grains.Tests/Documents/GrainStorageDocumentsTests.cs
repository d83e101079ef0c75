using System.Text;
using Manifold.Storage;

namespace Manifold.Grains.Tests;

/// <summary>Manifests in grain storage: a document store like any other.</summary>
public sealed class GrainStorageDocumentsTests : IDisposable
{
    private const string Key = "things.0a1b2c3d/0";

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Read_NothingStored_Null() => Assert.Null(await Open().ReadAsync(Key, Cancel));

    [Fact]
    public async Task Write_ThenRead_BytesAndETagAreThoseWritten()
    {
        byte[] content = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        var etag = await Open().WriteAsync(Key, content, null, Cancel);
        var document = await Open().ReadAsync(Key, Cancel);
        Assert.Equal(content, document!.Content.ToArray());
        Assert.Equal(etag, document.ETag);
        Assert.Null(await Open().ReadAsync("things.0a1b2c3d/1", Cancel));
    }

    [Fact]
    public async Task Write_WrongETag_ConflictAndNothingChanges()
    {
        var store = Open();
        var first = await store.WriteAsync(Key, Bytes("1"), null, Cancel);
        await Assert.ThrowsAsync<DocumentConflictException>(() => store.WriteAsync(Key, Bytes("x"), null, Cancel));
        var second = await store.WriteAsync(Key, Bytes("2"), first, Cancel);
        await Assert.ThrowsAsync<DocumentConflictException>(() => store.WriteAsync(Key, Bytes("x"), first, Cancel));
        await Assert.ThrowsAsync<DocumentConflictException>(() => store.DeleteAsync(Key, first, Cancel));

        Assert.NotEqual(first, second);
        Assert.Equal("2", Encoding.UTF8.GetString((await store.ReadAsync(Key, Cancel))!.Content.Span));
    }

    [Fact]
    public async Task Delete_ThenWriteWithTheOldETag_Conflict()
    {
        var store = Open();
        var etag = await store.WriteAsync(Key, Bytes("1"), null, Cancel);
        await store.DeleteAsync(Key, etag, Cancel);
        Assert.Null(await store.ReadAsync(Key, Cancel));
        await Assert.ThrowsAsync<DocumentConflictException>(() => store.WriteAsync(Key, Bytes("2"), etag, Cancel));
        Assert.NotEqual(etag, await store.WriteAsync(Key, Bytes("3"), null, Cancel));
    }

    private GrainStorageDocuments Open() => new(new FileGrainStorage(new FileDocumentStore(_folder.Path)));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
