using Amazon.Runtime;

namespace Manifold.Storage.Tests;

/// <summary>What a store does when requests fail in the middle, get no answer, or find the name taken.</summary>
public sealed class S3FaultTests : IDisposable
{
    private const int Small = 10_000;
    private const int Large = 40_000_000;

    private static readonly BasicAWSCredentials Credentials = new("key", "secret");

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];
    private readonly SegmentCache _cache;

    public S3FaultTests() => _cache = SegmentCache.Open(new SegmentCacheOptions { Folder = _folder["cache"], Warning = _warnings.Add });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _cache.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(Small, "PUT a")]
    [InlineData(Large, "PUT a?partNumber")]
    [InlineData(Large, "POST a?uploadId")]
    public async Task Put_UploadIsCutEachTime_LeavesNothingAnywhere(int length, string cut)
    {
        await using var server = await FaultyS3.StartAsync();
        server.Faults = request => request == cut ? Fault.CutRequest : null;
        using var store = Open(server);
        var error = await Assert.ThrowsAsync<SegmentStoreUnavailableException>(() => PutAsync(store, length));
        Assert.Contains("'a'", error.Message, StringComparison.Ordinal);
        Assert.True(server.Count(cut) > 1, "the SDK tries again");
        Assert.Empty(server.Objects);
        Assert.Empty(server.Uploads);
        Assert.Empty(Files());
    }

    [Theory]
    [InlineData(Small, "PUT a")]
    [InlineData(Large, "PUT a?partNumber")]
    public async Task Put_UploadIsCutOnce_SucceedsAtTheNextTry(int length, string cut)
    {
        var cuts = 0;
        await using var server = await FaultyS3.StartAsync();
        server.Faults = request => request == cut && Interlocked.Increment(ref cuts) == 1 ? Fault.CutRequest : null;
        using var store = Open(server);
        await store.VerifyAsync(await PutAsync(store, length), Cancel);
        Assert.Equal(["a"], server.Objects.Keys);
        Assert.Empty(server.Uploads);
    }

    [Theory]
    [InlineData(Small, "PUT a")]
    [InlineData(Large, "POST a?uploadId")]
    public async Task Put_AnswerIsLost_IsFoundToHaveSucceeded(int length, string lost)
    {
        var losses = 0;
        await using var server = await FaultyS3.StartAsync();
        server.Faults = request => request == lost && Interlocked.Increment(ref losses) == 1 ? Fault.LoseAnswer : null;
        using var store = Open(server);
        await store.VerifyAsync(await PutAsync(store, length), Cancel);
        Assert.Equal(["a"], server.Objects.Keys);
    }

    [Fact]
    public async Task Put_CancelledBetweenParts_AbortsTheUpload()
    {
        using var cancelled = new CancellationTokenSource();
        await using var server = await FaultyS3.StartAsync();
        server.Faults = request =>
        {
            if (request == "PUT a?partNumber")
                cancelled.Cancel();
            return null;
        };
        using var store = Open(server);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => PutAsync(store, Large, cancelled.Token));
        Assert.Equal(1, server.Count("DELETE a?uploadId"));
        Assert.Empty(server.Uploads);
        Assert.Empty(server.Objects);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Put_AbortFailsToo_ThrowsTheFirstErrorAndWarns()
    {
        await using var server = await FaultyS3.StartAsync();
        server.Faults = request => request is "PUT a?partNumber" or "DELETE a?uploadId" ? Fault.Answer(403, "AccessDenied") : null;
        using var store = Open(server);
        var error = await Assert.ThrowsAsync<SegmentStoreUnavailableException>(() => PutAsync(store, Large));
        Assert.Contains("access denied", error.Message, StringComparison.Ordinal);
        Assert.Contains("lifecycle", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Small)]
    [InlineData(Large)]
    public async Task Put_AnotherWritesTheNameInBetween_IsRefusedAndTheOthersStays(int length)
    {
        await using var server = await FaultyS3.StartAsync();
        server.Faults = request =>
        {
            // After the look, before the write.
            if (request is "PUT a" or "POST a?uploadId")
                server.Objects.TryAdd("a", new FaultyS3.StoredBytes([1, 2, 3], []));
            return null;
        };
        using var store = Open(server);
        await Assert.ThrowsAsync<InvalidOperationException>(() => PutAsync(store, length));
        Assert.Equal([1, 2, 3], server.Objects["a"].Content);
        Assert.Empty(server.Uploads);
    }

    [Theory]
    [InlineData(Small, "PUT a")]
    [InlineData(Large, "POST a?uploadId")]
    public async Task Put_ServerDoesNotKnowConditions_WritesWithoutAndRemembersIt(int length, string write)
    {
        var refusals = 0;
        await using var server = await FaultyS3.StartAsync();
        server.Faults = request => request == write && Interlocked.Increment(ref refusals) == 1 ? Fault.Answer(501, "NotImplemented") : null;
        using var store = Open(server);
        await store.VerifyAsync(await PutAsync(store, length), Cancel);
        Assert.Equal(2, server.Count(write));
        await store.PutAsync("b", (stream, cancel) => stream.WriteAsync(new byte[1], cancel).AsTask(), Cancel);
        Assert.Equal(1, server.Count("PUT b"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => PutAsync(store, length - 1));
        Assert.Empty(server.Uploads);
    }

    [Theory]
    [InlineData(503, "SlowDown")]
    [InlineData(500, "InternalError")]
    public async Task AnyCall_ServerIsBusyOnce_SucceedsAtTheNextTry(int status, string code)
    {
        var seen = new HashSet<string>();
        await using var server = await FaultyS3.StartAsync();
        server.Faults = request =>
        {
            lock (seen)
                return seen.Add(request) ? Fault.Answer(status, code) : null;
        };
        using var store = Open(server);
        await store.VerifyAsync(await PutAsync(store, Small), Cancel);
        await store.DeleteAsync("a", Cancel);
        Assert.Empty(server.Objects);
    }

    [Fact]
    public async Task Get_BodyIsCutOnce_IsReadAgain()
    {
        var cuts = 0;
        await using var server = await FaultyS3.StartAsync();
        using var store = Open(server);
        var stored = await PutAsync(store, Small);
        server.Faults = request => request == "GET a" && Interlocked.Increment(ref cuts) % 2 == 1 ? Fault.CutAnswer : null;
        await store.VerifyAsync(stored, Cancel);
        using var elsewhere = SegmentCache.Open(new SegmentCacheOptions { Folder = _folder["elsewhere"] });
        using var copies = Open(server, elsewhere);
        Assert.Equal(Small, new FileInfo(await copies.GetLocalPathAsync("a", Cancel)).Length);
    }

    [Fact]
    public async Task Get_BodyIsCutEachTime_FailsAndLeavesNothing()
    {
        await using var server = await FaultyS3.StartAsync();
        server.Objects["a"] = new FaultyS3.StoredBytes(SegmentStoreContract.Bytes(Small), []);
        server.Faults = request => request == "GET a" ? Fault.CutAnswer : null;
        using var store = Open(server);
        var error = await Assert.ThrowsAsync<SegmentStoreUnavailableException>(() => store.GetLocalPathAsync("a", Cancel));
        Assert.Contains("broke off", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, server.Count("GET a"));
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Get_BodyStopsComing_FailsAfterThePause()
    {
        await using var server = await FaultyS3.StartAsync();
        server.Objects["a"] = new FaultyS3.StoredBytes(SegmentStoreContract.Bytes(Small), []);
        server.Faults = request => request == "GET a" ? Fault.StopAnswer : null;
        using var store = new S3SegmentStore(server.Uri, _cache, Credentials) { BodyPause = TimeSpan.FromMilliseconds(100) };
        var error = await Assert.ThrowsAsync<SegmentStoreUnavailableException>(() => store.GetLocalPathAsync("a", Cancel));
        Assert.Contains("nothing came for 0.1 s", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, server.Count("GET a"));
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Prefetch_SeveralObjects_ComeAtTheSameTimeAndOnce()
    {
        await using var server = await FaultyS3.StartAsync();
        var names = Enumerable.Range(0, 6).Select(i => $"{i}").ToArray();
        foreach (var name in names)
            server.Objects[name] = new FaultyS3.StoredBytes(SegmentStoreContract.Bytes(Small), []);
        using var twoAtOnce = new CountdownEvent(2);
        var arrived = 0;
        server.Faults = _ =>
        {
            if (Interlocked.Increment(ref arrived) <= 2)
                twoAtOnce.Signal();
            twoAtOnce.Wait(Cancel);
            return null;
        };
        using var store = Open(server);
        using var kept = await store.PrefetchAsync(names, Cancel);
        foreach (var name in names)
            (await store.LeaseAsync(name, Cancel)).Dispose();
        Assert.All(names, name => Assert.Equal(1, server.Count($"GET {name}")));
    }

    [Fact]
    public async Task Prefetch_SomeMissingOrTheServerFails_GivesWhatThereIs()
    {
        await using var server = await FaultyS3.StartAsync();
        server.Objects["there"] = new FaultyS3.StoredBytes(SegmentStoreContract.Bytes(Small), []);
        using var store = Open(server);
        (await store.PrefetchAsync(["missing", "there"], Cancel)).Dispose();
        Assert.Equal(1, server.Count("GET there"));
        server.Faults = _ => Fault.Answer(403, "AccessDenied");
        (await store.PrefetchAsync(["other", "there"], Cancel)).Dispose();
        (await store.LeaseAsync("there", Cancel)).Dispose();
        await Assert.ThrowsAsync<SegmentStoreUnavailableException>(() => store.LeaseAsync("other", Cancel));
    }

    [Fact]
    public async Task Get_ManyAtOnce_DownloadOnce()
    {
        await using var server = await FaultyS3.StartAsync();
        server.Objects["a"] = new FaultyS3.StoredBytes(SegmentStoreContract.Bytes(Small), []);
        using var store = Open(server);
        var paths = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => store.GetLocalPathAsync("a", Cancel)));
        Assert.Single(paths.Distinct());
        Assert.Equal(1, server.Count("GET a"));
    }

    [Fact]
    public async Task Get_ObjectWithoutOurMetadata_IsTakenAsItIs()
    {
        await using var server = await FaultyS3.StartAsync();
        server.Objects["a"] = new FaultyS3.StoredBytes(SegmentStoreContract.Bytes(Small), []);
        using var store = Open(server);
        Assert.Equal(SegmentStoreContract.Bytes(Small), File.ReadAllBytes(await store.GetLocalPathAsync("a", Cancel)));
        await store.VerifyAsync(await PutAsync(store, Small), Cancel);
    }

    [Fact]
    public async Task PutAndGet_LocalDiskIsFull_LeaveNothingHalfMade()
    {
        await using var server = await FaultyS3.StartAsync();
        server.Objects["there"] = new FaultyS3.StoredBytes(SegmentStoreContract.Bytes(Small), []);
        using var full = SegmentCache.Open(new SegmentCacheOptions { Folder = _folder["full"] }, stream => new FullDisk(stream, Small / 2));
        using var store = Open(server, full);
        foreach (var call in new Func<Task>[] { () => PutAsync(store, Small), () => store.GetLocalPathAsync("there", Cancel) })
        {
            var error = await Assert.ThrowsAsync<IOException>(call);
            Assert.Contains("No space left", error.Message, StringComparison.Ordinal);
        }
        Assert.Equal(["there"], server.Objects.Keys);
        Assert.Empty(Files());
    }

    private S3SegmentStore Open(FaultyS3 server, SegmentCache? cache = null) => new(server.Uri, cache ?? _cache, Credentials);

    private IEnumerable<string> Files() => Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).Where(file => !Path.GetFileName(file).StartsWith("manifold.lock", StringComparison.Ordinal));

    private static Task<StoredObject> PutAsync(S3SegmentStore store, int length, CancellationToken? cancel = null) =>
        store.PutAsync("a", async (stream, token) => await stream.WriteAsync(SegmentStoreContract.Bytes(length), token), cancel ?? Cancel);
}
