using Manifold.Index;
using Manifold.Storage;

namespace Manifold.Shards;

public sealed partial class ShardEngine
{
    private int _objects;

    /// <summary>Starts a seal when the growing segment is full and none is under way. Runs on the applying loop.</summary>
    private void SealIfFull()
    {
        if (_sealing.IsCompleted && _index.GrowingBytes >= _services.Options.SealAfterBytes && !_stopping.IsCancellationRequested)
        {
            var frozen = _index.Freeze();
            _index.Publish();
            var through = _manifest with
            {
                Position = _appliedPosition,
                Checksum = _appliedChecksum,
                Writers = _appliedWriters.ToList(),
            };
            _sealing = Task.Run(() => SealAsync(frozen, through), CancellationToken.None);
        }
    }

    /// <summary>Tries until the segment is sealed, the lead is lost or the engine closes. What is not sealed stays searchable and in the log.</summary>
    private async Task SealAsync(FrozenSegment frozen, ShardManifest through)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await SealOnceAsync(frozen, through);
                await CollectGarbageAsync();
                return;
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (FencedException e)
            {
                var failure = new ShardUnavailableException($"shard {_definition.Shard} has a newer leader", e);
                Log.Failed(_services.Logger, failure, _definition.Shard);
                Fail(failure);
                return;
            }
            catch (Exception e)
            {
                Log.SealFailed(_services.Logger, e, _definition.Shard, _services.Options.SealRetryAfter);
                await Task.Delay(_services.Options.SealRetryAfter, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Store and read back, name in the manifest, swap in memory, and only then truncate the log.</summary>
    private async Task SealOnceAsync(FrozenSegment frozen, ShardManifest through)
    {
        var token = _stopping.Token;
        var (stored, segment) = frozen.LiveRows > 0 ? await StoreAsync(frozen, token) : (null, null);

        // Deletions newer than the sealed position may be among these: reading the log again from there repeats them, which changes nothing.
        var deletions = await OnApplyingLoopAsync(() => _index.SealedDeletions().ToDictionary(d => d.Name));
        var entries = new List<SegmentEntry>();
        foreach (var entry in _manifest.Segments)
        {
            var (name, deleted, changed) = deletions[entry.Segment.Name];
            entries.Add(changed ? entry with { Deletions = await StoreAsync(deleted, token) } : entry);
        }
        if (stored is not null)
        {
            entries.Add(new SegmentEntry(stored, null));
        }
        await WriteManifestAsync(through with { Epoch = _epoch, Segments = entries }, token);

        await OnApplyingLoopAsync(() =>
        {
            foreach (var (name, deleted, changed) in deletions.Values)
            {
                if (changed)
                {
                    _index.MarkPersisted(name, deleted);
                }
            }
            if (segment is not null)
            {
                _index.Replace(frozen, stored!.Name, segment);
            }
            else
            {
                _index.Drop(frozen);
            }
            return _index.Publish();
        });
        await _log.TruncateAsync(_epoch, through.Position, token);
        Log.Sealed(_services.Logger, _definition.Shard, stored?.Name ?? "nothing", frozen.LiveRows, stored?.Length ?? 0, through.Position);
    }

    private async Task<(StoredObject, Segment)> StoreAsync(FrozenSegment frozen, CancellationToken token)
    {
        var stored = await _services.Segments.PutAsync(
            NewName("seg"), (stream, ct) => Task.Run(() => frozen.WriteTo(stream, ct), ct), token);
        await _services.Segments.VerifyAsync(stored, token);
        return (stored, Segment.Open(await _services.Segments.GetLocalPathAsync(stored.Name, token)));
    }

    private async Task<StoredObject> StoreAsync(RowBitmap deleted, CancellationToken token)
    {
        var stored = await _services.Segments.PutAsync(
            NewName("del"), (stream, ct) => Task.Run(() => DeletionList.Write(stream, deleted), ct), token);
        await _services.Segments.VerifyAsync(stored, token);
        return stored;
    }

    /// <summary>Compare-and-swaps the manifest; after a conflict, reads it again to tell a newer leader from a write of ours that timed out.</summary>
    private async Task WriteManifestAsync(ShardManifest manifest, CancellationToken token)
    {
        try
        {
            _manifestETag = await _manifests.WriteAsync(manifest, _manifestETag, token);
        }
        catch (DocumentConflictException)
        {
            var (found, etag) = await _manifests.ReadAsync(token);
            if (found.Epoch != _epoch || found.Position != manifest.Position)
            {
                throw new FencedException($"the manifest of shard {_definition.Shard} has epoch {found.Epoch} and position {found.Position}, and this leader's is {_epoch}");
            }
            _manifestETag = etag;
        }
        _manifest = manifest;
    }

    /// <summary>Deletes objects that no manifest names, of an older epoch and past the grace time.</summary>
    private async Task CollectGarbageAsync()
    {
        try
        {
            var named = _manifest.Segments.SelectMany(s => new[] { s.Segment.Name, s.Deletions?.Name }).ToHashSet();
            var before = DateTimeOffset.UtcNow - _services.Options.GarbageGrace;
            await foreach (var (name, written) in _services.Segments.ListAsync($"{_definition.Shard}/", _stopping.Token))
            {
                if (!named.Contains(name) && written < before && EpochOf(name) is { } epoch && epoch < _epoch)
                {
                    await _services.Segments.DeleteAsync(name, _stopping.Token);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.CollectFailed(_services.Logger, e, _definition.Shard);
        }
    }

    private async Task<T> OnApplyingLoopAsync<T>(Func<T> action)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var step = new Step(null, () =>
        {
            try
            {
                done.SetResult(action());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        if (!_steps.Writer.TryWrite(step))
        {
            throw new OperationCanceledException($"shard {_definition.Shard} is closing");
        }
        return await done.Task;
    }

    /// <summary>Names begin with the epoch, so that two leaders never write one object.</summary>
    private string NewName(string kind) => $"{_definition.Shard}/{_epoch:D10}-{Interlocked.Increment(ref _objects):D6}.{kind}";

    private static long? EpochOf(string name)
    {
        var file = name.AsSpan(name.LastIndexOf('/') + 1);
        var dash = file.IndexOf('-');
        return dash > 0 && long.TryParse(file[..dash], out var epoch) ? epoch : null;
    }
}
