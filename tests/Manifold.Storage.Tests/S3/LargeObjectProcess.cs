using System.Diagnostics;
using System.Globalization;

namespace Manifold.Storage.Tests;

/// <summary>A process of its own that stores a large object, reads it back and downloads it, so that its memory is that and nothing else.</summary>
internal static class LargeObjectProcess
{
    public const string Verb = "put-and-get-large-object";
    public const int Bytes = 160_000_000;

    /// <summary>Prints the greatest resident memory in bytes, before and after, and how long it took in milliseconds to store, verify and download.</summary>
    public static async Task<int> RunAsync(string uri, string folder)
    {
        var chunk = new byte[1_000_000];
        new Random(1).NextBytes(chunk);
        using var first = SegmentCache.Open(new SegmentCacheOptions { Folder = Path.Combine(folder, "first") });
        using var second = SegmentCache.Open(new SegmentCacheOptions { Folder = Path.Combine(folder, "second") });
        using var store = new S3SegmentStore(SegmentStoreUri.Parse(uri), first);
        using var elsewhere = new S3SegmentStore(SegmentStoreUri.Parse(uri), second);

        // What client and code take is taken before.
        await PutAsync(store, "small", chunk, 1);
        (await elsewhere.LeaseAsync("small", CancellationToken.None)).Dispose();
        var before = Process.GetCurrentProcess().PeakWorkingSet64;
        var clock = Stopwatch.StartNew();
        var stored = await PutAsync(store, "large", chunk, Bytes / chunk.Length);
        var put = clock.ElapsedMilliseconds;
        await store.VerifyAsync(stored, CancellationToken.None);
        var verified = clock.ElapsedMilliseconds;
        using var lease = await elsewhere.LeaseAsync("large", CancellationToken.None);
        var downloaded = clock.ElapsedMilliseconds;
        var figures = new[] { before, Process.GetCurrentProcess().PeakWorkingSet64, put, verified - put, downloaded - verified };
        Console.Out.WriteLine(string.Join(' ', figures.Select(figure => figure.ToString(CultureInfo.InvariantCulture))));
        return new FileInfo(lease.Path).Length == Bytes ? 0 : 1;
    }

    private static Task<StoredObject> PutAsync(S3SegmentStore store, string name, byte[] chunk, int chunks) => store.PutAsync(name, async (stream, cancel) =>
    {
        for (var i = 0; i < chunks; i++)
            await stream.WriteAsync(chunk, cancel);
    }, CancellationToken.None);
}
