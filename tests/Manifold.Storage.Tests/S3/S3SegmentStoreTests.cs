using System.Globalization;
using Amazon.Runtime;

namespace Manifold.Storage.Tests;

/// <summary>The contract over s3rver, and what is S3's own.</summary>
public sealed class S3SegmentStoreTests(S3rver server) : SegmentStoreContract, IClassFixture<S3rver>
{
    private static readonly BasicAWSCredentials Credentials = new(S3rver.Key, S3rver.Key);

    private readonly TemporaryFolder _folder = new();
    private readonly List<SegmentCache> _caches = [];
    private readonly string _prefix = $"tests/{Guid.NewGuid():N}";

    [Fact]
    public async Task Put_SmallAndLarge_KeepChecksumAndLengthAsMetadata()
    {
        foreach (var (name, length) in new[] { ("small", 100), ("large", 40_000_000) })
        {
            var stored = await PutAsync(Store, name, Bytes(length));
            var metadata = server.MetadataOf($"{_prefix}/{name}");
            Assert.Equal(stored.Checksum, metadata["x-amz-meta-xxh3-128"]);
            Assert.Equal(length.ToString(CultureInfo.InvariantCulture), metadata["x-amz-meta-length"]);
        }
    }

    [Fact]
    public async Task PutAndGet_LargeObject_GoesInPartsWithBoundedMemory()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", S3rver.Key);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", S3rver.Key);
        using var process = LogScenario.StartSelf(LargeObjectProcess.Verb, server.Uri(_prefix).ToString(), _folder.Path);
        var figures = (await process.StandardOutput.ReadLineAsync(Cancel))!.Split(' ').Select(figure => long.Parse(figure, CultureInfo.InvariantCulture)).ToArray();
        await process.WaitForExitAsync(Cancel);
        Assert.Equal(0, process.ExitCode);
        Assert.Equal(LargeObjectProcess.Bytes, new FileInfo(server.FileOf($"{_prefix}/large")).Length);
        TestContext.Current.TestOutputHelper?.WriteLine($"peak {figures[0]} → {figures[1]} bytes; put {figures[2]} ms, verified {figures[3]} ms, downloaded {figures[4]} ms");

        // Sent once and read twice: were it held in memory even once, it would be the object's length.
        Assert.InRange(figures[1] - figures[0], 0, LargeObjectProcess.Bytes / 2);
    }

    [Fact]
    public async Task Get_EmptyCache_DownloadsAndKeepsACopy()
    {
        await PutAsync(Store, "a/b", Bytes(1000));
        using var elsewhere = Open();
        using (var lease = await elsewhere.LeaseAsync("a/b", Cancel))
            Assert.Equal(Bytes(1000), File.ReadAllBytes(lease.Path));
        File.Delete(server.FileOf($"{_prefix}/a/b"));
        using (var lease = await elsewhere.LeaseAsync("a/b", Cancel))
            Assert.Equal(Bytes(1000), File.ReadAllBytes(lease.Path));
    }

    [Fact]
    public async Task Get_ObjectDamagedInTheStore_IsRefusedAndNotKept()
    {
        await PutAsync(Store, "a", Bytes(1000));
        LogScenario.FlipBit(server.FileOf($"{_prefix}/a"), 500, 3);
        using var elsewhere = Open();
        var error = await Assert.ThrowsAsync<CorruptDataException>(() => elsewhere.GetLocalPathAsync("a", Cancel));
        Assert.Contains("'a'", error.Message, StringComparison.Ordinal);
        Assert.Contains(server.Endpoint.GetLeftPart(UriPartial.Authority), error.Message, StringComparison.Ordinal);
        Assert.Equal(0, _caches[^1].Bytes);
        LogScenario.FlipBit(server.FileOf($"{_prefix}/a"), 500, 3);
        await elsewhere.GetLocalPathAsync("a", Cancel);
    }

    [Fact]
    public async Task List_MoreThanAPage_GivesAllOnce()
    {
        var names = Enumerable.Range(0, 23).Select(i => $"many/{i:D3}").ToList();
        foreach (var name in names)
            await PutAsync(Store, name, Bytes(3));
        var cache = NewCache();
        using var pages = new S3SegmentStore(server.Uri(_prefix), cache, Credentials) { ListPageKeys = 5 };
        Assert.Equal(names, await ListAsync(pages, "many/"));
    }

    [Fact]
    public async Task AnyCall_ServerIsGone_NamesEndpointBucketAndKey()
    {
        await using var own = new S3rver();
        await own.InitializeAsync();
        using var store = new S3SegmentStore(own.Uri("p"), NewCache(), Credentials);
        var stored = await PutAsync(store, "a", Bytes(100));
        var kept = await store.GetLocalPathAsync("a", Cancel);
        own.Stop();
        await AssertUnavailableAsync(() => PutAsync(store, "b", Bytes(100)), own, "'p/b'", "cannot be reached");
        await AssertUnavailableAsync(() => store.VerifyAsync(stored, Cancel), own, "'p/a'", "cannot be reached");
        await AssertUnavailableAsync(() => store.GetLocalPathAsync("c", Cancel), own, "'p/c'", "cannot be reached");
        await AssertUnavailableAsync(() => store.DeleteAsync("a", Cancel), own, "'p/a'", "cannot be reached");
        await AssertUnavailableAsync(() => ListAsync(store, ""), own, "cannot be reached");
        await AssertUnavailableAsync(() => store.CheckAsync(Cancel), own, "cannot be reached");
        await AssertUnavailableAsync(() => store.ClaimAsync("north", Cancel), own, "cannot be reached");
        Assert.Equal(kept, await store.GetLocalPathAsync("a", Cancel));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task AnyCall_NoSuchBucket_SaysSo()
    {
        using var store = new S3SegmentStore(server.Uri("p", "no-such-bucket"), NewCache(), Credentials);
        await AssertUnavailableAsync(() => store.CheckAsync(Cancel), server, "no bucket 'no-such-bucket'", "Manifold:SegmentStore");
        await AssertUnavailableAsync(() => PutAsync(store, "b", Bytes(100)), server, "no bucket 'no-such-bucket'");
        await AssertUnavailableAsync(() => store.GetLocalPathAsync("b", Cancel), server, "no bucket 'no-such-bucket'");
    }

    [Fact]
    public async Task AnyCall_UnknownAccessKey_SaysAccessDenied()
    {
        using var store = new S3SegmentStore(server.Uri("p"), NewCache(), new BasicAWSCredentials("unknown", "unknown"));
        await AssertUnavailableAsync(() => store.CheckAsync(Cancel), server, "access denied", "InvalidAccessKeyId");
        await AssertUnavailableAsync(() => PutAsync(store, "b", Bytes(100)), server, "access denied", "'p/b'");
    }

    protected override ISharedSegmentStore Open() =>
        new S3SegmentStore(server.Uri(_prefix), NewCache(), Credentials) { ClaimSettles = TimeSpan.FromMilliseconds(50) };

    protected override string FileOf(string name) => server.FileOf($"{_prefix}/{name}");

    protected override IEnumerable<string> Files() =>
        server.Files(_prefix).Concat(Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).Where(file => !Path.GetFileName(file).StartsWith("manifold.lock", StringComparison.Ordinal)));

    protected override ValueTask CleanAsync()
    {
        _caches.ForEach(cache => cache.Dispose());
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task AssertUnavailableAsync(Func<Task> call, S3rver server, params string[] named)
    {
        var error = await Assert.ThrowsAsync<SegmentStoreUnavailableException>(call);
        foreach (var part in named.Append(server.Endpoint.GetLeftPart(UriPartial.Authority)))
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    private SegmentCache NewCache()
    {
        _caches.Add(SegmentCache.Open(new SegmentCacheOptions { Folder = _folder[$"cache-{_caches.Count}"] }));
        return _caches[^1];
    }
}
