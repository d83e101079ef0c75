using Manifold.Index;
using Manifold.Storage;

namespace Manifold.Shards;

public sealed partial class ShardEngine
{
    private int _objects;
    private long _unsealedLogBytes;

    /// <summary>Starts a seal when the growing segment is full and none is under way. Runs on the applying loop.</summary>
    private void SealIfFull()
    {
        // Deletions make the log longer, and the growing segment not: they are sealed so that the log can be truncated.
        var isFull = _index.GrowingBytes >= _services.Options.SealAfterBytes || _unsealedLogBytes >= 2 * _services.Options.SealAfterBytes;
        if (_sealing.IsCompleted && isFull && !_stopping.IsCancellationRequested)
        {
            StartSeal();
        }
    }

    /// <summary>Freezes the growing segment and seals it in the background. Runs on the applying loop, while no seal is under way.</summary>
    private Seal StartSeal(bool isCopied = false)
    {
        _unsealedLogBytes = 0;
        var frozen = _index.Freeze();
        _index.Publish();
        var seal = new Seal(frozen, StateNow()) { IsCopied = isCopied };
        _sealing = Task.Run(() => SealAsync(seal), CancellationToken.None);
        return seal;
    }

    /// <summary>What the shard is as of the last applied record: all of the manifest but its segments. Runs on the applying loop.</summary>
    private ShardManifest StateNow() => _manifest with
    {
        Position = _appliedPosition,
        Checksum = _appliedChecksum,
        Writers = _appliedWriters.ToList(),
        ShardCount = _shardCount,
        Schema = _schema.Version > 0 ? _schema : null,
        Inherited = _inherited,
    };

    /// <summary>Tries until the segment is sealed, the lead is lost or the engine closes. What is not sealed stays searchable and in the log.</summary>
    private async Task SealAsync(Seal seal)
    {
        while (await AttemptAsync(token => MeasureAsync("seal", () => AdvanceAsync(seal, token)), reason => Log.SealFailed(_services.Logger, reason, _definition.Shard, _services.Options.SealRetryAfter)) == Outcome.Failed)
        {
        }
        if (!seal.Swapped)
        {
            seal.Segment?.Dispose();
        }
    }

    /// <summary>
    /// Store and read back, name in the manifest, swap in memory, and only then truncate the log. Each step that was done stays done, so that a
    /// seal that failed half-way is taken up where it stopped.
    /// </summary>
    private async Task AdvanceAsync(Seal seal, CancellationToken token)
    {
        if (seal.Stored is null && seal.Frozen.LiveRows > 0)
        {
            seal.Stored = await StoreAsync("seg", stream => seal.Frozen.WriteTo(stream, token), token);
            if (seal.IsCopied)
            {
                Hold([seal.Stored.Name]);
            }
        }
        if (seal.Stored is { } stored)
        {
            seal.Segment ??= await OpenSegmentAsync(_services.Segments, stored, token);
        }
        await _manifestTurn.WaitAsync(token);
        try
        {
            if (!seal.Named)
            {
                await NameAsync(seal, token);
                seal.Named = true;
            }
            if (!seal.Swapped)
            {
                await OnApplyingLoopAsync(() => Swap(seal));
                seal.Swapped = true;
            }
        }
        finally
        {
            _manifestTurn.Release();
        }
        StartMaintenance();
        var held = await new LogHold(_services.Documents, _definition.Shard).ReadAsync(token);
        await _log.TruncateAsync(_epoch, Math.Min(seal.State.Position, held ?? long.MaxValue), token);
        Log.Sealed(
            _services.Logger, _definition.Shard, seal.Stored?.Name ?? "nothing", seal.Frozen.LiveRows, seal.Stored?.Length ?? 0, seal.State.Position);
    }

    /// <summary>Puts the segment, and the deletions of those before it, into the manifest.</summary>
    private async Task NameAsync(Seal seal, CancellationToken token)
    {
        // Deletions newer than the sealed position may be among these: reading the log again from there repeats them, which changes nothing.
        var deletions = await OnApplyingLoopAsync(() => _index.SealedSegments().ToDictionary(segment => segment.Name));
        var entries = new List<SegmentEntry>();

        // An earlier try may have stored those of a segment that was merged away since.
        foreach (var merged in seal.Deletions.Keys.Except(deletions.Keys).ToList())
        {
            seal.Deletions.Remove(merged);
        }
        foreach (var entry in _manifest.Segments)
        {
            var (name, deleted, changed, _, _) = deletions[entry.Segment.Name];
            if (!changed)
            {
                entries.Add(entry);
                continue;
            }
            if (!seal.Deletions.TryGetValue(name, out var list) || list.Deleted.Count != deleted.Count)
            {
                seal.Deletions[name] = list = (deleted, await StoreAsync("del", stream => DeletionList.Write(stream, deleted), token));
            }
            entries.Add(entry with { Deletions = list.Stored });
        }
        if (seal.Stored is { } stored)
        {
            entries.Add(new SegmentEntry(stored, null));
        }
        await WriteManifestAsync(seal.State with { Epoch = _epoch, Segments = entries }, token);
    }

    private SearchView Swap(Seal seal)
    {
        if (seal.Stored is { } stored)
        {
            _index.Replace(seal.Frozen, stored.Name, seal.Segment!);
        }
        else
        {
            _index.Drop(seal.Frozen);
        }
        foreach (var (name, list) in seal.Deletions)
        {
            _index.MarkPersisted(name, list.Deleted);
        }
        return _index.Publish();
    }

    private async Task<StoredObject> StoreAsync(string kind, Action<Stream> write, CancellationToken token)
    {
        var stored = await _services.Segments.PutAsync(NewName(kind), (stream, ct) => Task.Run(() => write(stream), ct), token);
        try
        {
            await _services.Segments.VerifyAsync(stored, token);
            return stored;
        }
        catch (Exception)
        {
            // Nothing names it yet, and the next try stores another: it would stay until an epoch passes.
            await _services.Segments.DeleteAsync(stored.Name, CancellationToken.None);
            throw;
        }
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
            if (found.Epoch != _epoch || found.Position != manifest.Position || !found.Segments.SequenceEqual(manifest.Segments))
            {
                throw new FencedException($"the manifest of shard {_definition.Shard} has epoch {found.Epoch} and position {found.Position}, and this leader's is {_epoch}");
            }
            _manifestETag = etag;
        }
        var replaced = NamesOf(_manifest.Segments).Except(NamesOf(manifest.Segments));
        lock (_unnamed)
        {
            foreach (var name in replaced)
            {
                _unnamed[name] = DateTimeOffset.UtcNow;
            }
        }
        Volatile.Write(ref _manifest, manifest);
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
    private string NewName(string kind) => NameOf(_definition.Shard, _epoch, Interlocked.Increment(ref _objects), kind);

    private static string NameOf(string shard, long epoch, int number, string kind) => $"{shard}/{epoch:D10}-{number:D6}.{kind}";

    private static long? EpochOf(string name)
    {
        var file = name.AsSpan(name.LastIndexOf('/') + 1);
        var dash = file.IndexOf('-');
        return dash > 0 && long.TryParse(file[..dash], out var epoch) ? epoch : null;
    }

    /// <summary>A seal under way, and how far it has come.</summary>
    private sealed class Seal(FrozenSegment frozen, ShardManifest state)
    {
        public FrozenSegment Frozen => frozen;

        /// <summary>What the shard was when its segment was frozen: all of the manifest but its segments.</summary>
        public ShardManifest State => state;

        /// <summary>Whether a snapshot waits for what is stored, and lets go of it afterwards.</summary>
        public bool IsCopied { get; init; }

        public StoredObject? Stored { get; set; }

        public Segment? Segment { get; set; }

        public Dictionary<string, (RowBitmap Deleted, StoredObject Stored)> Deletions { get; } = new(StringComparer.Ordinal);

        public bool Named { get; set; }

        public bool Swapped { get; set; }
    }
}
