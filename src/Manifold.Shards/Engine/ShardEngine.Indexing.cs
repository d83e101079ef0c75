using Manifold.Index;
using Manifold.Storage;

namespace Manifold.Shards;

public sealed partial class ShardEngine
{
    /// <summary>Starts to index the segments that have no index yet, if nothing does so already. One segment at a time: building uses one processor.</summary>
    private void StartIndexing()
    {
        lock (_gate)
        {
            if (!_isIndexing && !_stopping.IsCancellationRequested)
            {
                _isIndexing = true;
                _indexing = Task.Run(IndexAsync, CancellationToken.None);
            }
        }
    }

    /// <summary>
    /// Indexes one segment after the other, beside writes, searches and seals. A segment without its index is searched as well, more slowly; so nothing waits for this, and what fails is tried
    /// again.
    /// </summary>
    private async Task IndexAsync()
    {
        while (NextToIndex() is { } entry)
        {
            try
            {
                await _services.Indexing.WaitAsync(_stopping.Token);
                try
                {
                    await IndexAsync(entry.Segment, _stopping.Token);
                }
                finally
                {
                    _services.Indexing.Release();
                }
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                break;
            }
            catch (FencedException e)
            {
                var failure = new ShardUnavailableException($"shard {_definition.Shard} has a newer leader", e);
                Log.Failed(_services.Logger, failure, _definition.Shard);
                Fail(failure);
                break;
            }
            catch (CorruptSegmentException e)
            {
                var failure = new ShardCorruptException($"shard {_definition.Shard} is damaged: {e.Message}", e);
                Log.Failed(_services.Logger, failure, _definition.Shard);
                Fail(failure);
                break;
            }
            catch (Exception e)
            {
                Log.IndexFailed(_services.Logger, e, _definition.Shard, entry.Segment.Name, _services.Options.SealRetryAfter);
                await Task.Delay(_services.Options.SealRetryAfter, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Reads a segment's index; where it is damaged the segment is searched without, and indexed again.</summary>
    private async Task VerifyIndexAsync(string name, Segment segment)
    {
        try
        {
            segment.VerifyIndex(_stopping.Token);
            return;
        }
        catch (CorruptSegmentException e)
        {
            Log.IndexLost(_services.Logger, e, _definition.Shard, name);
        }
        using (var without = Segment.Open(segment.Path))
        {
            await ExchangeAsync(name, without, index: null, _stopping.Token);
        }
        StartIndexing();
    }

    /// <summary>A segment without an index; where there is none, indexing ends in the same step, so that a seal that adds one starts it again.</summary>
    private SegmentEntry? NextToIndex()
    {
        lock (_gate)
        {
            var entry = _stopping.IsCancellationRequested ? null : Volatile.Read(ref _manifest).Segments.FirstOrDefault(entry => entry.Index is null);
            _isIndexing = entry is not null;
            return entry;
        }
    }

    /// <summary>Read once as it is checked, index, store and read back, name in the manifest, exchange in memory.</summary>
    private async Task IndexAsync(StoredObject stored, CancellationToken token)
    {
        var path = await _services.Segments.GetLocalPathAsync(stored.Name, token);
        var segment = Segment.Open(path);
        try
        {
            segment.Verify(token);
            var index = await StoreAsync("idx", stream => SegmentIndex.Write(stream, segment, token), token);
            segment.Attach(SegmentIndex.Open(await _services.Segments.GetLocalPathAsync(index.Name, token)));
            await ExchangeAsync(stored.Name, segment, index, token);
            Log.Indexed(_services.Logger, _definition.Shard, stored.Name, index.Length);
        }
        finally
        {
            // The index holds a reference of its own once it was exchanged.
            segment.Dispose();
        }
    }

    /// <summary>Names a segment's index in the manifest, and puts the opening that has it in the place of the one that searches use.</summary>
    private async Task ExchangeAsync(string name, Segment segment, StoredObject? index, CancellationToken token)
    {
        await _manifestTurn.WaitAsync(token);
        try
        {
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
