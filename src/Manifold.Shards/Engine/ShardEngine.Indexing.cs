using Manifold.Index;
using Manifold.Storage;

namespace Manifold.Shards;

public sealed partial class ShardEngine
{
    /// <summary>Indexes a segment: read once as it is checked, index, store and read back, name in the manifest, exchange in memory.</summary>
    private async Task IndexAsync(StoredObject stored, CancellationToken token)
    {
        using var segment = await OpenSegmentAsync(_services.Segments, stored, token);
        await Task.Run(() => VerifySources(() => segment.Verify(token)), token);
        var index = await StoreAsync("idx", stream => SegmentIndex.Write(stream, segment, _index.Spaces, token), token);
        segment.Attach(await OpenIndexAsync(_services.Segments, index, token));
        await ExchangeAsync(stored.Name, segment, index, token);
        Log.Indexed(_services.Logger, _definition.Shard, stored.Name, index.Length);
    }

    /// <summary>Reads a segment's index; where it is damaged the segment is searched without, and indexed again.</summary>
    private async Task VerifyIndexAsync(StoredObject stored, Segment segment)
    {
        try
        {
            segment.VerifyIndex(_stopping.Token);
            return;
        }
        catch (CorruptSegmentException e)
        {
            Log.IndexLost(_services.Logger, e, _definition.Shard, stored.Name);
        }
        using (var without = await OpenSegmentAsync(_services.Segments, stored, _stopping.Token))
        {
            await ExchangeAsync(stored.Name, without, index: null, _stopping.Token);
        }
        StartMaintenance();
    }

    /// <summary>
    /// Names a segment's index in the manifest, and puts the opening that has it in the place of the one that searches use; the index holds a reference of its
    /// own then. Nothing happens if the segment was merged away in between.
    /// </summary>
    private async Task ExchangeAsync(string name, Segment segment, StoredObject? index, CancellationToken token)
    {
        await _manifestTurn.WaitAsync(token);
        try
        {
            if (!_manifest.Segments.Any(entry => entry.Segment.Name == name))
            {
                return;
            }
            var entries = _manifest.Segments.Select(entry => entry.Segment.Name == name ? entry with { Index = index } : entry).ToList();
            await WriteManifestAsync(_manifest with { Segments = entries }, token);
            await OnApplyingLoopAsync(() =>
            {
                _index.Exchange(name, segment);
                return _index.Publish();
            });
        }
        finally
        {
            _manifestTurn.Release();
        }
    }
}
