using System.Globalization;
using System.Text;
using static Manifold.Storage.Tests.LogScenario;

namespace Manifold.Storage.Tests;

public sealed class RedisDocumentStoreTests(SharedRedis redis)
{
    private readonly string _prefix = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task Write_NewDocument_ReadsBackThroughAnotherStore()
    {
        var etag = await WriteAsync(NewStore(), "photos/0", "hello", null);
        var read = await NewStore().ReadAsync("photos/0", Cancel);
        Assert.Equal("hello", Encoding.UTF8.GetString(read!.Content.Span));
        Assert.Equal(etag, read.ETag);
        Assert.Null(await NewStore().ReadAsync("photos/1", Cancel));
    }

    [Fact]
    public async Task Write_AnotherVersionThanExpected_IsAConflictAndChangesNothing()
    {
        var store = NewStore();
        await Assert.ThrowsAsync<DocumentConflictException>(() => WriteAsync(store, "k", "x", Guid.NewGuid().ToString("N")));
        var first = await WriteAsync(store, "k", "one", null);
        var error = await Assert.ThrowsAsync<DocumentConflictException>(() => WriteAsync(store, "k", "x", null));
        Assert.Contains($"is at version {first}; the caller expected none", error.Message, StringComparison.Ordinal);
        var second = await WriteAsync(store, "k", "two", first);
        await Assert.ThrowsAsync<DocumentConflictException>(() => WriteAsync(store, "k", "x", first));
        await Assert.ThrowsAsync<DocumentConflictException>(() => store.DeleteAsync("k", first, Cancel));
        Assert.Equal("two", Encoding.UTF8.GetString((await store.ReadAsync("k", Cancel))!.Content.Span));
        await store.DeleteAsync("k", second, Cancel);
        Assert.Null(await store.ReadAsync("k", Cancel));
        await Assert.ThrowsAsync<DocumentConflictException>(() => store.DeleteAsync("k", second, Cancel));
        var third = await WriteAsync(store, "k", "one", null);
        Assert.Equal(3, new[] { first, second, third }.Distinct().Count());
    }

    [Fact]
    public async Task Write_FiftyIncrementsAtOnce_CountsToFifty()
    {
        await WriteAsync(NewStore(), "counter", "0", null);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(async () =>
        {
            var store = NewStore();
            while (true)
            {
                var found = (await store.ReadAsync("counter", Cancel))!;
                var count = int.Parse(Encoding.UTF8.GetString(found.Content.Span), CultureInfo.InvariantCulture);
                try
                {
                    await WriteAsync(store, "counter", (count + 1).ToString(CultureInfo.InvariantCulture), found.ETag);
                    return;
                }
                catch (DocumentConflictException)
                {
                    // Another was faster.
                }
            }
        }, Cancel)));
        Assert.Equal("50", Encoding.UTF8.GetString((await NewStore().ReadAsync("counter", Cancel))!.Content.Span));
    }

    [Fact]
    public async Task Write_ManyCreateAtOnce_ExactlyOneWins()
    {
        var won = 0;
        await Task.WhenAll(Enumerable.Range(0, 50).Select(writer => Task.Run(async () =>
        {
            try
            {
                await WriteAsync(NewStore(), "new", $"{writer}", null);
                Interlocked.Increment(ref won);
            }
            catch (DocumentConflictException)
            {
            }
        }, Cancel)));
        Assert.Equal(1, won);
    }

    [Fact]
    public async Task Read_Damaged_NamesTheKey()
    {
        var store = NewStore();
        var key = $"{_prefix}:doc:photos/0";
        await WriteAsync(store, "photos/0", "some content", null);
        foreach (var field in new[] { "content", "etag", "sum" })
        {
            var good = await redis.ByHand.HashGetAsync(key, field);
            await redis.ByHand.HashSetAsync(key, field, "other");
            Assert.Contains(key, (await Assert.ThrowsAsync<CorruptDataException>(() => store.ReadAsync("photos/0", Cancel))).Message, StringComparison.Ordinal);
            await redis.ByHand.HashDeleteAsync(key, field);
            await Assert.ThrowsAsync<CorruptDataException>(() => store.ReadAsync("photos/0", Cancel));
            await redis.ByHand.HashSetAsync(key, field, good);
        }
        await redis.ByHand.HashSetAsync($"{_prefix}:doc:copy", await redis.ByHand.HashGetAllAsync(key));
        await Assert.ThrowsAsync<CorruptDataException>(() => store.ReadAsync("copy", Cancel));
        await redis.ByHand.StringSetAsync($"{_prefix}:doc:text", "no hash");
        await Assert.ThrowsAsync<CorruptDataException>(() => store.ReadAsync("text", Cancel));
        await Assert.ThrowsAsync<CorruptDataException>(() => WriteAsync(store, "text", "x", null));
    }

    [Fact]
    public async Task Write_KeysAndContentsOfAllKinds_StayApart()
    {
        var store = NewStore();
        string[] keys = ["a", "A", "a/b", "a:b", "{a}", "}", " ", "é", "e\u0301", "图片/0", "a\0b", new('x', 1024)];
        foreach (var key in keys)
            await WriteAsync(store, key, key, null);
        foreach (var key in keys)
            Assert.Equal(key, Encoding.UTF8.GetString((await store.ReadAsync(key, Cancel))!.Content.Span));
        await WriteAsync(store, "empty", "", null);
        Assert.Equal(0, (await store.ReadAsync("empty", Cancel))!.Content.Length);
        await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync(store, "", "x", null));
        await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync(store, new string('x', 1025), "x", null));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => WriteAsync(store, "\ud800", "x", null));
        Assert.Throws<ArgumentException>(() => new RedisDocumentStore(redis.Connection, "a:b"));
    }

    [Fact]
    public async Task AnyStep_RedisGone_IsAnIOExceptionThatNamesKeyAndEndpoint()
    {
        await using var server = await RedisServer.StartAsync();
        await using var connection = await server.ConnectAsync();
        var store = new RedisDocumentStore(connection, "manifold");
        var etag = await WriteAsync(store, "k", "kept", null);
        await server.KillAsync();
        foreach (var step in new Func<Task>[] { () => store.ReadAsync("k", Cancel), () => WriteAsync(store, "k", "x", etag), () => store.DeleteAsync("k", etag, Cancel) })
        {
            var error = await Assert.ThrowsAsync<IOException>(step);
            Assert.Contains($"redis key 'manifold:doc:k' at {server.Endpoint}", error.Message, StringComparison.Ordinal);
        }
        await server.StartAgainAsync();
        await RedisLogKillTests.UntilBackAsync(() => store.ReadAsync("k", Cancel));
        Assert.Equal(etag, (await store.ReadAsync("k", Cancel))!.ETag);
    }

    private RedisDocumentStore NewStore() => new(redis.Connection, _prefix);

    private static Task<string> WriteAsync(RedisDocumentStore store, string key, string content, string? expected) =>
        store.WriteAsync(key, Encoding.UTF8.GetBytes(content), expected, Cancel);
}
