using Manifold.Index;
using Manifold.Storage;

namespace Manifold.Shards;

public sealed partial class ShardEngine
{
    private readonly SemaphoreSlim _maintenanceDue = new(1);

    // What this leader's manifests named and name no more, and since when.
    private readonly Dictionary<string, DateTimeOffset> _unnamed = new(StringComparer.Ordinal);
    private DateTimeOffset _collectedAt = DateTimeOffset.MinValue;
    private bool _mergeFailed;

    /// <summary>Wakes the maintenance: there may be something to merge or to index.</summary>
    private void StartMaintenance() => _maintenanceDue.Release();

    /// <summary>
    /// Merges and indexes segments, one after the other, and collects garbage, beside writes, searches and seals. Searches give the same answers without
    /// any of it; so nothing waits for this, and what fails is tried again.
    /// </summary>
    private async Task MaintainAsync()
    {
        var outcome = Outcome.Done;
        while (outcome != Outcome.Ended)
        {
            try
            {
                // A seal wakes it; deletions are looked at and garbage collected every now and then.
                await _maintenanceDue.WaitAsync(_services.Options.MaintenanceInterval, _stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            var busy = true;
            while (busy && outcome != Outcome.Ended)
            {
                outcome = await AttemptAsync(
                    async token => busy = await MaintainOnceAsync(token),
                    reason => Log.MaintenanceFailed(_services.Logger, reason, _definition.Shard, _services.Options.SealRetryAfter));
            }
            if (IsGarbageDue())
            {
                await CollectGarbageAsync();
            }
        }
    }

    /// <summary>
    /// One step of maintenance. Merges come first: a segment that is about to be merged need not be indexed. But a merge that failed (it takes more memory and more disk than anything
    /// else here) waits until all there is has its index.
    /// </summary>
    /// <returns>False when there was nothing to do.</returns>
    private async Task<bool> MaintainOnceAsync(CancellationToken token)
    {
        await _services.Maintenance.WaitAsync(token);
        try
        {
            var merge = MergePolicy.Choose(await OnApplyingLoopAsync(_index.SealedSegments), _services.Options);
            var unindexed = Volatile.Read(ref _manifest).Segments.FirstOrDefault(entry => entry.Index is null);
            if (merge.Count > 0 && !(_mergeFailed && unindexed is not null))
            {
                _mergeFailed = true;
                await MeasureAsync("merge", () => MergeAsync(merge, token));
                _mergeFailed = false;
                return true;
            }
            if (unindexed is not null)
            {
                // If this fails as well, the two take turns.
                var mergeFailed = _mergeFailed;
                _mergeFailed = false;
                await MeasureAsync("index", () => IndexAsync(unindexed.Segment, token));
                _mergeFailed = mergeFailed;
                return true;
            }
            return false;
        }
        finally
        {
            _services.Maintenance.Release();
        }
    }

    /// <summary>Runs a step of background work. Losing the lead and damage stop the engine; after another failure it waits, so that the step can be tried again.</summary>
    private async Task<Outcome> AttemptAsync(Func<CancellationToken, Task> step, Action<Exception> failed)
    {
        if (_stopping.IsCancellationRequested)
        {
            return Outcome.Ended;
        }
        try
        {
            await step(_stopping.Token);
            return Outcome.Done;
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            return Outcome.Ended;
        }
        catch (Exception e) when (e is FencedException or ShardCorruptException)
        {
            var failure = e is FencedException ? new ShardUnavailableException($"shard {_definition.Shard} has a newer leader", e) : e;
            Log.Failed(_services.Logger, failure, _definition.Shard);
            Fail(failure);
            return Outcome.Ended;
        }
        catch (Exception e)
        {
            failed(e);
            await Task.Delay(_services.Options.SealRetryAfter, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return Outcome.Failed;
        }
    }

    /// <summary>Merges segments: read once as they are checked, merge and index, store and read back, name in the manifest, swap in memory.</summary>
    private async Task MergeAsync(IReadOnlyList<string> names, CancellationToken token)
    {
        using var merge = await OnApplyingLoopAsync(() => _index.BeginMerge(names));
        await Task.Run(() => VerifySources(() => merge.Verify(token)), token);
        SegmentEntry? entry = null;
        Segment? segment = null;
        var mayBeNamed = false;
        try
        {
            if (merge.LiveRows > 0)
            {
                entry = new SegmentEntry(await StoreAsync("seg", stream => merge.WriteTo(stream, token), token), null);
                segment = await OpenSegmentAsync(_services.Segments, entry.Segment, token);
                entry = entry with { Index = await StoreAsync("idx", stream => SegmentIndex.Write(stream, segment, _index.Spaces, token), token) };
                segment.Attach(await OpenIndexAsync(_services.Segments, entry.Index, token));
            }
            await _manifestTurn.WaitAsync(token);
            try
            {
                // Seals that came in between may have stored deletions of the merged rows: from here the manifest must have them in the new segment.
                var deleted = RowBitmap.Empty;
                if (segment is not null)
                {
                    deleted = merge.Follow(await OnApplyingLoopAsync(_index.SealedSegments), segment);
                }
                if (deleted.Count > 0)
                {
                    entry = entry! with { Deletions = await StoreAsync("del", stream => DeletionList.Write(stream, deleted), token) };
                }
                var others = _manifest.Segments.Where(other => !names.Contains(other.Segment.Name));

                // A write that fails may have been done all the same; what it would have named is left to the next leader then.
                mayBeNamed = true;
                await WriteManifestAsync(_manifest with { Segments = entry is null ? [.. others] : [.. others, entry] }, token);
                await OnApplyingLoopAsync(() =>
                {
                    if (segment is null)
                    {
                        _index.Drop(merge);
                    }
                    else
                    {
                        _index.Replace(merge, entry!.Segment.Name, segment, deleted);
                    }
                    return _index.Publish();
                });
            }
            finally
            {
                _manifestTurn.Release();
            }
            Log.Merged(_services.Logger, _definition.Shard, names.Count, merge.LiveRows, entry?.Segment.Name ?? "nothing");
        }
        finally
        {
            // The index holds a reference of its own once it has the segment.
            segment?.Dispose();
            if (!mayBeNamed)
            {
                await DiscardAsync(entry);
            }
        }
    }

    /// <summary>Damage that is found in a segment outranks what was to be made of it.</summary>
    private void VerifySources(Action verify)
    {
        try
        {
            verify();
        }
        catch (CorruptSegmentException e)
        {
            throw new ShardCorruptException($"shard {_definition.Shard} is damaged: {e.Message}", e);
        }
    }

    /// <summary>Deletes what was stored and is not named: the next try stores it anew.</summary>
    private async Task DiscardAsync(SegmentEntry? entry)
    {
        foreach (var name in NamesOf(entry is null ? [] : [entry]))
        {
            try
            {
                await _services.Segments.DeleteAsync(name, CancellationToken.None);
            }
            catch (Exception e)
            {
                Log.CollectFailed(_services.Logger, e, _definition.Shard);
            }
        }
    }

    /// <summary>Whether something that this leader replaced is past the grace time, or it is time to look for what older ones left. Listing a store may cost.</summary>
    private bool IsGarbageDue()
    {
        var before = DateTimeOffset.UtcNow - _services.Options.GarbageGrace;
        lock (_unnamed)
        {
            return _collectedAt <= before || _unnamed.Values.Any(replaced => replaced <= before);
        }
    }

    /// <summary>Deletes objects that no manifest names and that are past the grace time: those of older epochs, and those that this leader has replaced.</summary>
    private async Task CollectGarbageAsync()
    {
        try
        {
            var before = DateTimeOffset.UtcNow - _services.Options.GarbageGrace;
            HashSet<string> replaced, waiting;
            lock (_unnamed)
            {
                replaced = [.. _unnamed.Where(pair => pair.Value <= before).Select(pair => pair.Key)];
                waiting = [.. _unnamed.Keys.Except(replaced)];
            }
            var named = NamesOf(Volatile.Read(ref _manifest).Segments).ToHashSet();
            await foreach (var (name, written) in _services.Segments.ListAsync($"{_definition.Shard}/", _stopping.Token))
            {
                var isOlder = !waiting.Contains(name) && written < before && EpochOf(name) is { } epoch && epoch < _epoch;
                if (!named.Contains(name) && (isOlder || replaced.Contains(name)) && !IsCopied(name))
                {
                    await _services.Segments.DeleteAsync(name, _stopping.Token);
                }
            }
            lock (_unnamed)
            {
                foreach (var name in replaced.Where(name => !IsCopied(name)))
                {
                    _unnamed.Remove(name);
                }
                _collectedAt = DateTimeOffset.UtcNow;
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The next leader collects it.
        }
        catch (Exception e)
        {
            // Nothing depends on it: what is left is collected the next time.
            Log.CollectFailed(_services.Logger, e, _definition.Shard);
        }
    }

    private static IEnumerable<string> NamesOf(IEnumerable<SegmentEntry> entries) => entries.SelectMany(entry => new[] { entry.Segment, entry.Deletions, entry.Index }).OfType<StoredObject>().Select(stored => stored.Name);

    private enum Outcome
    {
        Done,
        Failed,
        Ended,
    }
}
