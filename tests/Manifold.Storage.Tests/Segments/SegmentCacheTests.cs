using System.IO.Hashing;

namespace Manifold.Storage.Tests;

public sealed class SegmentCacheTests : IDisposable
{
    private const int Max = 1000;

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];
    private SegmentCache _cache;
    private int _downloads;

    public SegmentCacheTests() => _cache = Open();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _cache.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Lease_AgainAndAfterReopening_DownloadsOnce()
    {
        using (var lease = await LeaseAsync("a", 300))
            Assert.Equal(SegmentStoreContract.Bytes(300), File.ReadAllBytes(lease.Path));
        (await LeaseAsync("a", 300)).Dispose();
        Reopen();
        Assert.Equal(300, _cache.Bytes);
        using (var lease = await LeaseAsync("a", 300))
            Assert.Equal(SegmentStoreContract.Bytes(300), File.ReadAllBytes(lease.Path));
        Assert.Equal(1, _downloads);
        Assert.Empty(_warnings);
    }

    [Fact]
    public async Task Lease_MoreThanFits_DropsTheLeastRecentlyUsed()
    {
        foreach (var name in new[] { "a", "b", "c" })
            (await LeaseAsync(name, 300)).Dispose();
        (await LeaseAsync("a", 300)).Dispose();
        (await LeaseAsync("d", 300)).Dispose();
        Assert.Equal(900, _cache.Bytes);
        Assert.Equal(["a", "c", "d"], Kept());
        Reopen();
        (await LeaseAsync("e", 400)).Dispose();
        Assert.Equal(["a", "d", "e"], Kept());
    }

    [Fact]
    public async Task Lease_Held_IsNeverDroppedAndSaysSoOnce()
    {
        var held = new List<SegmentLease>();
        foreach (var name in new[] { "a", "b", "c", "d", "e" })
            held.Add(await LeaseAsync(name, 300));
        Assert.All(held, lease => Assert.True(File.Exists(lease.Path)));
        var warning = Assert.Single(_warnings);
        Assert.Contains("Manifold:SegmentCache:MaxBytes", warning, StringComparison.Ordinal);
        held[1].Dispose();
        held[1].Dispose();
        Assert.Equal(["a", "c", "d", "e"], Kept());
        held.ForEach(lease => lease.Dispose());
        Assert.InRange(_cache.Bytes, 1, Max);
    }

    [Fact]
    public async Task Lease_LargerThanTheBound_IsThereWhileHeld()
    {
        using (var lease = await LeaseAsync("a", Max + 1))
            Assert.Equal(Max + 1, new FileInfo(lease.Path).Length);
        Assert.Equal(0, _cache.Bytes);
        Assert.Empty(Kept());
    }

    [Fact]
    public async Task Lease_RoomReserved_IsMadeBeforeTheBytesCome()
    {
        (await LeaseAsync("a", 600)).Dispose();
        using (_cache.Reserve(500))
            Assert.Empty(Kept());
    }

    [Fact]
    public async Task Lease_ManyAtOnce_ShareOneDownload()
    {
        var gate = new TaskCompletionSource();
        var leases = Enumerable.Range(0, 20).Select(_ => LeaseAsync("a", 300, gate.Task)).ToList();
        gate.SetResult();
        var paths = (await Task.WhenAll(leases)).Select(lease => lease.Path).Distinct();
        Assert.Single(paths);
        Assert.Equal(1, _downloads);
    }

    [Fact]
    public async Task Lease_OneOfSeveralGivesUp_TheOthersGetIt()
    {
        var gate = new TaskCompletionSource();
        using var impatient = new CancellationTokenSource();
        var first = LeaseAsync("a", 300, gate.Task, impatient.Token);
        var second = LeaseAsync("a", 300, gate.Task);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();
        using var lease = await second;
        Assert.Equal(300, new FileInfo(lease.Path).Length);
        Assert.Equal(1, _downloads);
    }

    [Fact]
    public async Task Lease_AllGiveUp_StopsTheDownloadAndTheNextStartsAnew()
    {
        var never = new TaskCompletionSource();
        using var impatient = new CancellationTokenSource();
        var stopped = new TaskCompletionSource();
        var first = _cache.LeaseAsync(CachedFile.KeyOf("store", "a"), "a", async (_, abandoned) =>
        {
            try
            {
                await never.Task.WaitAsync(abandoned);
            }
            finally
            {
                stopped.SetResult();
            }
            throw new InvalidOperationException("it was not stopped");
        }, impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await stopped.Task.WaitAsync(Cancel);
        using var lease = await LeaseAsync("a", 300);
        Assert.Equal(1, _downloads);
    }

    [Fact]
    public async Task Lease_DownloadFails_FailsAllWhoWaitAndLeavesNothing()
    {
        var gate = new TaskCompletionSource();
        var leases = Enumerable.Range(0, 3).Select(_ => LeaseAsync("a", 300, gate.Task)).ToList();
        gate.SetException(new IOException("broken"));
        foreach (var lease in leases)
            await Assert.ThrowsAsync<IOException>(() => lease);
        Assert.Empty(Files());
        (await LeaseAsync("a", 300)).Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Lease_CopyOfAnEarlierRunIsDamaged_IsFetchedAgainWithAWarning(bool cut)
    {
        (await LeaseAsync("a", 300)).Dispose();
        var path = Files().Single();
        Reopen();
        if (cut)
            File.WriteAllBytes(path, File.ReadAllBytes(path)[..299]);
        else
            LogScenario.FlipBit(path, 100, 3);
        using var lease = await LeaseAsync("a", 300);
        Assert.Equal(SegmentStoreContract.Bytes(300), File.ReadAllBytes(lease.Path));
        Assert.Equal(2, _downloads);
        Assert.Contains("'a'", Assert.Single(_warnings), StringComparison.Ordinal);
        Assert.Contains(path, _warnings[0], StringComparison.Ordinal);
        Assert.Equal(300, _cache.Bytes);
    }

    [Fact]
    public async Task Lease_CopyWasDeletedByHand_IsFetchedAgain()
    {
        (await LeaseAsync("a", 300)).Dispose();
        File.Delete(Files().Single());
        using var lease = await LeaseAsync("a", 300);
        Assert.True(File.Exists(lease.Path));
        Assert.Equal(300, _cache.Bytes);
    }

    [Fact]
    public async Task Lease_DiskIsFull_LeavesNothingHalfMadeAndGivesUpWhatIsNotInUse()
    {
        _cache.Dispose();
        _cache = SegmentCache.Open(Options(), stream => new FullDisk(stream, 200));
        (await LeaseAsync("unused", 100)).Dispose();
        using var used = await LeaseAsync("used", 100);
        var error = await Assert.ThrowsAsync<IOException>(() => LeaseAsync("a", 300));
        Assert.Contains("No space left", error.Message, StringComparison.Ordinal);
        Assert.Equal(["used"], Kept());
        Assert.Equal(100, _cache.Bytes);
        Assert.Contains("is full", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_WhatACrashLeft_IsRemoved()
    {
        (await LeaseAsync("a", 300)).Dispose();
        _cache.Dispose();
        File.WriteAllText(_folder["cache/writing/half.tmp"], "half");
        File.WriteAllText(_folder["cache/objects/not-a-copy"], "somebody's");
        _cache = Open();
        Assert.Equal(["a", "not-a-copy"], Directory.GetFiles(_folder["cache"], "*", SearchOption.AllDirectories).Where(IsNoLock).Select(TailOf).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Open_SmallerBound_DropsTheOldest()
    {
        foreach (var name in new[] { "a", "b", "c" })
            (await LeaseAsync(name, 300)).Dispose();
        _cache.Dispose();
        _cache = SegmentCache.Open(Options() with { MaxBytes = 650 });
        Assert.Equal(["b", "c"], Kept());
    }

    [Fact]
    public void Open_FolderInUse_IsRefused()
    {
        var error = Assert.Throws<FolderLockedException>(Open);
        Assert.Contains(_folder["cache"], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_SameNameOfAnotherStore_IsAnotherCopy()
    {
        (await LeaseAsync("a", 300)).Dispose();
        using var lease = await _cache.LeaseAsync(CachedFile.KeyOf("other store", "a"), "a", (path, _) => DownloadAsync("a", 200, path), Cancel);
        Assert.Equal(200, new FileInfo(lease.Path).Length);
        Assert.Equal(500, _cache.Bytes);
    }

    [Fact]
    public async Task LeaseAndRemove_FromManyThreads_KeepTheBoundAndTheBytes()
    {
        int removed = 0, missing = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(async () =>
        {
            var random = new Random(thread);
            for (var i = 0; i < 200; i++)
            {
                var size = random.Next(1, 12);
                if (random.Next(10) == 0)
                {
                    _cache.Remove(CachedFile.KeyOf("store", $"{size}"));
                    Interlocked.Increment(ref removed);
                }
                using var lease = await LeaseAsync($"{size}", size * 25);
                try
                {
                    using var file = new FileStream(lease.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
                    Assert.Equal(size * 25, file.Length);
                }
                catch (FileNotFoundException)
                {
                    Interlocked.Increment(ref missing);
                }
            }
        }, Cancel)));
        // A file goes under the feet of its reader only where the object was removed.
        Assert.InRange(missing, 0, removed * 8);
        Assert.InRange(_cache.Bytes, 1, Max);
        Assert.Equal(_cache.Bytes, Files().Sum(file => new FileInfo(file).Length));
    }

    private static bool IsNoLock(string file) => !Path.GetFileName(file).StartsWith("manifold.lock", StringComparison.Ordinal);

    private static string TailOf(string file) => Path.GetFileName(file) is var name && name.Split('-', 3) is [{ Length: 40 }, _, var tail] ? tail : name;

    private SegmentCacheOptions Options() => new() { Folder = _folder["cache"], MaxBytes = Max, Warning = _warnings.Add };

    private SegmentCache Open() => SegmentCache.Open(Options());

    private void Reopen()
    {
        _cache.Dispose();
        _cache = Open();
    }

    private IEnumerable<string> Files() => Directory.GetFiles(_folder["cache"], "*", SearchOption.AllDirectories).Where(IsNoLock);

    private IEnumerable<string> Kept() => Files().Select(TailOf).Order(StringComparer.Ordinal);

    private Task<SegmentLease> LeaseAsync(string name, int length, Task? gate = null, CancellationToken? cancel = null) =>
        _cache.LeaseAsync(CachedFile.KeyOf("store", name), name, async (path, _) =>
        {
            await (gate ?? Task.CompletedTask);
            return await DownloadAsync(name, length, path);
        }, cancel ?? Cancel);

    private async Task<StoredObject> DownloadAsync(string name, int length, string path)
    {
        Interlocked.Increment(ref _downloads);
        var bytes = SegmentStoreContract.Bytes(length);
        var written = await _cache.WriteAsync(path, name, async (stream, cancel) => await stream.WriteAsync(bytes, cancel), Cancel);
        Assert.Equal(new StoredObject(name, length, Convert.ToHexStringLower(XxHash128.Hash(bytes))), written);
        return written;
    }
}
