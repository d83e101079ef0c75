using Amazon.Runtime;

namespace Manifold.Storage.Tests;

public sealed class S3ClaimTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Claim_TwoClustersLookBeforeEitherWrites_OneWinsForBoth(bool ignoresConditions)
    {
        using var folder = new TemporaryFolder();
        using var cache = SegmentCache.Open(new SegmentCacheOptions { Folder = folder.Path });
        await using var server = await FaultyS3.StartAsync();
        server.IgnoresConditions = ignoresConditions;
        using var bothLooked = new CountdownEvent(2);
        var writes = 0;
        server.Faults = request =>
        {
            if (request == $"PUT {SegmentStoreMarker.ObjectName}")
            {
                var write = Interlocked.Increment(ref writes);
                if (write <= 2)
                    bothLooked.Signal();
                bothLooked.Wait(Cancel);

                // The second write takes its time: who believes the first at once is wrong.
                if (write == 2)
                    Thread.Sleep(200);
            }
            return null;
        };
        using var north = Open();
        using var south = Open();
        var failures = await Task.WhenAll(
            Record.ExceptionAsync(() => north.ClaimAsync("north", Cancel)).AsTask(), Record.ExceptionAsync(() => south.ClaimAsync("south", Cancel)).AsTask());
        Assert.IsType<SegmentStoreClaimedException>(Assert.Single(failures.OfType<Exception>()));
        Assert.Equal(failures[0] is null ? "north" : "south", (await north.ReadMarkerAsync(Cancel))!.ClusterId);

        S3SegmentStore Open() => new(server.Uri, cache, new BasicAWSCredentials("key", "secret")) { ClaimSettles = TimeSpan.FromSeconds(1) };
    }
}
