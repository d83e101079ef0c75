using System.Globalization;
using Manifold.Storage;
using Manifold.Storage.Tests;

namespace Manifold.Shards.Tests;

/// <summary>A shard whose segments are in S3: what the folder does is tested elsewhere, these look at copies and leases.</summary>
public sealed class ShardOverS3Tests : IClassFixture<S3rver>, IAsyncDisposable
{
    private static readonly ShardOptions Small = new()
    {
        SealAfterBytes = 4096,
        SealRetryAfter = TimeSpan.FromMilliseconds(20),
        GarbageGrace = TimeSpan.Zero,
        MaintenanceInterval = TimeSpan.FromMilliseconds(5),
    };

    private readonly ShardFolder _folder = new();
    private readonly SegmentStoreUri _uri;
    private int _caches;

    public ShardOverS3Tests(S3rver server)
    {
        // The standard chain looks here first.
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", S3rver.Key);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", S3rver.Key);
        _uri = server.Uri($"shards/{Guid.NewGuid():N}");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Fact]
    public async Task WritesSealsAndMerges_AreFoundAgain_FromAnEmptyCache()
    {
        var expected = new Dictionary<string, float>();
        using (var cache = OpenCache())
        using (var store = new S3SegmentStore(_uri, cache))
        {
            await using (var engine = await OpenAsync(store))
            {
                await WriteAsync(engine, expected);
                await UntilMergedAsync();
                Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(engine)));
            }

            // The same process opens it again from the copies that it has.
            await using var again = await OpenAsync(store);
            Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(again)));
        }
        using var empty = OpenCache();
        using var elsewhere = new S3SegmentStore(_uri, empty);
        await using var moved = await OpenAsync(elsewhere);
        Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(moved)));
        Assert.True(empty.Bytes > 0);
        await WriteAsync(moved, expected);
        Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(moved)));
    }

    [Fact]
    public async Task ACacheTooSmallForAnything_KeepsWhatIsMapped_AndNothingAfterwards()
    {
        var expected = new Dictionary<string, float>();
        var warnings = new List<string>();
        using var cache = OpenCache(new SegmentCacheOptions { Folder = "", MaxBytes = 1, Warning = warnings.Add });
        using var store = new S3SegmentStore(_uri, cache);
        await using (var engine = await OpenAsync(store))
        {
            await WriteAsync(engine, expected);
            await UntilMergedAsync();
            Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(engine)));
            Assert.True(cache.Bytes > 1);
        }
        Assert.NotEmpty(warnings);
        Assert.Equal(0, cache.Bytes);
    }

    [Fact]
    public async Task SegmentsThatWereMergedAway_AreDeletedFromTheBucket()
    {
        using var cache = OpenCache();
        using var store = new S3SegmentStore(_uri, cache);
        await using var engine = await OpenAsync(store);
        await WriteAsync(engine, []);
        await UntilMergedAsync();
        await Eventually.HoldsAsync(async () => await CountAsync(store) <= 3 * engine.GetState().Segments);
    }

    private static async Task<int> CountAsync(S3SegmentStore store)
    {
        var count = 0;
        await foreach (var _ in store.ListAsync("", Token))
            count++;
        return count;
    }

    private static async Task WriteAsync(ShardEngine engine, Dictionary<string, float> expected)
    {
        for (var i = 0; i < 400; i++)
        {
            // Not faster than seals, so that none is as large as a merged segment.
            await Eventually.HoldsAsync(() => engine.GetState().GrowingItems < 80);
            var id = i.ToString(CultureInfo.InvariantCulture);
            await engine.WriteAsync(ShardFolder.Batch((id, expected[id] = i)), Acknowledgement.Applied, Token);
            if (i % 7 == 6)
            {
                await engine.WriteAsync(ShardFolder.Deletion($"{i - 3}"), Acknowledgement.Applied, Token);
                expected.Remove($"{i - 3}");
            }
        }
    }

    /// <summary>Waits for a segment that is larger than any that was sealed.</summary>
    private Task UntilMergedAsync() =>
        Eventually.HoldsAsync(async () => (await _folder.ReadManifestAsync()).Segments.Any(entry => entry.Segment.Length > 3 * Small.SealAfterBytes));

    private SegmentCache OpenCache(SegmentCacheOptions? options = null) =>
        SegmentCache.Open((options ?? new SegmentCacheOptions { Folder = "" }) with { Folder = Path.Combine(_folder.Path, $"cache-{_caches++}") });

    private Task<ShardEngine> OpenAsync(ISegmentStore store) => ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small, _ => store), Token);
}
