using Manifold.Index;
using Manifold.Storage;

namespace Manifold.Shards;

/// <summary>Opens what the segment store holds. Each opening keeps its file's lease until it is unmapped, so that a store that keeps copies drops none in use.</summary>
public sealed partial class ShardEngine
{
    private static async Task<Segment> OpenSegmentAsync(ISegmentStore store, StoredObject stored, CancellationToken token)
    {
        var lease = await store.LeaseAsync(stored.Name, token);
        return Segment.Open(lease.Path, lease);
    }

    private static async Task<SegmentIndex> OpenIndexAsync(ISegmentStore store, StoredObject stored, CancellationToken token)
    {
        var lease = await store.LeaseAsync(stored.Name, token);
        return SegmentIndex.Open(lease.Path, lease);
    }

    private static async Task<RowBitmap> ReadDeletionsAsync(ISegmentStore store, StoredObject stored, CancellationToken token)
    {
        await store.VerifyAsync(stored, token);
        using var lease = await store.LeaseAsync(stored.Name, token);
        return DeletionList.Read(await File.ReadAllBytesAsync(lease.Path, token), lease.Path);
    }
}
