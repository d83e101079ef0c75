using Manifold.Index;
using Manifold.Storage;

namespace Manifold.Shards;

/// <summary>
/// The side of a shard that is split off another: it takes its rows from the segments that its parent's manifest names, then what its parent's log has beyond them, as
/// writes of its own. Where the log says that the parent is split, it has everything.
/// </summary>
/// <remarks>
/// How far it has come stands in its own log and manifest, so that any leader of it goes on from there. A hold (<see cref="LogHold"/>) keeps the parent's log from being truncated
/// further; should that have been lost, the shard begins again from the parent's manifest.
/// </remarks>
public sealed partial class ShardEngine
{
    private readonly SemaphoreSlim _inheritDue = new(0);

    // Set by the loop that applies; null for a shard that was not split off.
    private volatile Inheritance? _inherited;
    private long _behind = long.MaxValue;
    private Task _inheriting = Task.CompletedTask;

    /// <summary>Whether it was split off, has everything, and keeps nothing of its parent's log any more.</summary>
    public bool IsComplete => _inherited is { IsComplete: true } && _inheriting.IsCompleted;

    /// <summary>Looks at the parent's log now rather than in a while.</summary>
    public void WakeInheriting()
    {
        if (_inheritDue.CurrentCount == 0)
        {
            _inheritDue.Release();
        }
    }

    /// <summary>Takes the rows of a shard that is split off from its parent's segments, and names what it made of them in the shard's manifest.</summary>
    /// <returns>The manifest, and how many objects were stored under this epoch.</returns>
    private static async Task<(ShardManifest Manifest, string? ETag, int Objects)> SeedAsync(
        ShardDefinition definition, ShardServices services, ManifestStore manifests, LogLead lead, (ShardManifest Manifest, string? ETag) own, CancellationToken cancellationToken)
    {
        var parent = definition.Parent!;
        var objects = 0;
        ShardManifest theirs;
        List<SegmentEntry>? entries;
        do
        {
            theirs = await HoldParentAsync(parent, services, cancellationToken);
            entries = await TryTakeRowsAsync(theirs);
        }
        while (entries is null);
        var manifest = own.Manifest with
        {
            // What its own log has from an earlier beginning is behind it.
            Position = lead.LastPosition,
            Checksum = lead.Checksum,
            Segments = entries,
            Writers = [.. theirs.Writers.Select(writer => writer with { Position = 0, Identity = WriterEntry.AnyIdentity })],
            ShardCount = parent.ShardCount,
            Schema = definition.SchemaVersion > 0 ? new ShardSchema(definition.SchemaVersion, definition.Spaces) : null,
            Inherited = new Inheritance(theirs.Position, IsComplete: false),
        };
        var etag = await manifests.WriteAsync(manifest, own.ETag, cancellationToken);
        Log.Seeded(services.Logger, definition.Shard, parent.Shard, theirs.Position, entries.Count);
        return (manifest, etag, objects);

        async Task<List<SegmentEntry>?> TryTakeRowsAsync(ShardManifest theirs)
        {
            // As much disk and processor as a merge: in turns with those.
            await services.Maintenance.WaitAsync(cancellationToken);
            try
            {
                return await TryTakeAllRowsAsync(theirs);
            }
            finally
            {
                services.Maintenance.Release();
            }
        }

        async Task<List<SegmentEntry>?> TryTakeAllRowsAsync(ShardManifest theirs)
        {
            var taken = new List<SegmentEntry>();
            foreach (var entry in theirs.Segments)
            {
                try
                {
                    if (await TakeRowsAsync(entry) is { } stored)
                    {
                        taken.Add(new SegmentEntry(stored, null));
                    }
                }
                catch (FileNotFoundException)
                {
                    var (now, _) = await new ManifestStore(services.Documents, parent.Shard).ReadAsync(cancellationToken);
                    if (now.Segments.Contains(entry))
                    {
                        throw;
                    }

                    // The parent merged it away, and its grace time is over.
                    foreach (var stored in taken)
                    {
                        await services.Segments.DeleteAsync(stored.Segment.Name, cancellationToken);
                    }
                    return null;
                }
            }
            return taken;
        }

        async Task<StoredObject?> TakeRowsAsync(SegmentEntry entry)
        {
            using var segment = await OpenSegmentAsync(services.Segments, entry.Segment, cancellationToken);
            segment.Verify(cancellationToken);
            var deleted = entry.Deletions is { } deletions ? await ReadDeletionsAsync(services.Segments, deletions, cancellationToken) : RowBitmap.Empty;
            var others = new RowBitmap.Builder(deleted);
            for (var row = 0; row < segment.RowCount; row++)
            {
                if (ShardHash.ShardOf(segment.GetId(row), parent.ShardCount) != definition.Number)
                {
                    others.Add(row);
                }
            }
            if (others.Count == segment.RowCount)
            {
                return null;
            }
            SegmentSource[] source = [new SegmentSource(segment, segment.RowCount, others.ToImmutable())];
            var stored = await services.Segments.PutAsync(
                NameOf(definition.Shard, lead.Epoch, ++objects, "seg"),
                (stream, token) => Task.Run(() => SegmentWriter.Write(stream, definition.Spaces, source, token), token),
                cancellationToken);
            await services.Segments.VerifyAsync(stored, cancellationToken);
            return stored;
        }
    }

    /// <summary>Keeps what the parent's log has beyond its manifest.</summary>
    /// <returns>That manifest.</returns>
    private static async Task<ShardManifest> HoldParentAsync(ShardParent parent, ShardServices services, CancellationToken cancellationToken)
    {
        var manifests = new ManifestStore(services.Documents, parent.Shard);
        var hold = new LogHold(services.Documents, parent.Shard);
        await using var log = await services.Logs.OpenAsync(parent.Shard, cancellationToken);
        while (true)
        {
            var (manifest, _) = await manifests.ReadAsync(cancellationToken);
            await hold.SetAsync(manifest.Position, cancellationToken);

            // A leader names what it sealed, looks for a hold, and truncates. A manifest that is still the same after the hold was there is one whose successors will see it.
            var (after, _) = await manifests.ReadAsync(cancellationToken);
            if (after.Position == manifest.Position && (await log.GetEndAsync(cancellationToken)).FirstPosition <= manifest.Position + 1)
            {
                return manifest;
            }
        }
    }

    /// <summary>The loop of a leader that is being split off: reads its parent's log until that says that it is split.</summary>
    private async Task InheritAsync()
    {
        var parent = _definition.Parent!;
        var hold = new LogHold(_services.Documents, parent.Shard);
        var held = _inherited!.Position;
        try
        {
            while (!_stopping.IsCancellationRequested && Failure is null)
            {
                try
                {
                    await using var log = await _services.Logs.OpenAsync(parent.Shard, _stopping.Token);
                    while (true)
                    {
                        if (!_inherited.IsComplete)
                        {
                            await InheritOnceAsync(log, parent);
                        }
                        if (_inherited.IsComplete)
                        {
                            await hold.RemoveAsync(_stopping.Token);
                            Log.Inherited(_services.Logger, _definition.Shard, parent.Shard, _inherited.Position);
                            return;
                        }
                        if (_inherited.Position > held)
                        {
                            await hold.SetAsync(_inherited.Position, _stopping.Token);
                            held = _inherited.Position;
                        }
                        await _inheritDue.WaitAsync(_services.Options.FollowInterval, _stopping.Token);
                    }
                }
                catch (Exception e) when (e is CorruptDataException or InvalidDataException)
                {
                    Fail(new ShardCorruptException($"shard {parent.Shard} is damaged: {e.Message}", e));
                }
                catch (LogTruncatedException)
                {
                    await BeginAgainAsync();
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    Log.InheritFailed(_services.Logger, e, _definition.Shard, _services.Options.FollowInterval);
                    await Task.Delay(_services.Options.FollowInterval, _stopping.Token);
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The next leader goes on.
        }
    }

    /// <summary>Writes what the parent's log has beyond what this shard has of it.</summary>
    private async Task InheritOnceAsync(IShardLog log, ShardParent parent)
    {
        var end = await log.GetEndAsync(_stopping.Token);
        var position = _inherited!.Position;
        Volatile.Write(ref _behind, end.LastPosition - position);
        if (end.LastPosition <= position)
        {
            return;
        }
        if (end.FirstPosition > position + 1)
        {
            throw new LogTruncatedException($"the log of shard {parent.Shard} begins at position {end.FirstPosition}, and {position + 1} is the next one here");
        }
        PendingWrite? last = null;
        var isSplit = false;
        await foreach (var record in log.ReadAsync(position + 1, _stopping.Token))
        {
            position = record.Position;
            if (SplitOf(record.Payload.Span) == parent.ShardCount)
            {
                isSplit = true;
                break;
            }
            if (WriteBatch.SelectShard(record.Payload.Span, _definition.Number, parent.ShardCount, position) is { } batch)
            {
                last = await WriteInheritedAsync(batch) ?? last;
            }
        }
        var control = WriteBatch.OfControl(isSplit ? WriteKind.InheritLast : WriteKind.Inherit, position);
        last = await WriteInheritedAsync(control) ?? last;
        if (last is not null)
        {
            await last.Applied.Task.WaitAsync(_stopping.Token);
        }
        Volatile.Write(ref _behind, Math.Max(0, end.LastPosition - position));
    }

    private async Task<PendingWrite?> WriteInheritedAsync(byte[] batch)
    {
        while (true)
        {
            try
            {
                lock (_gate)
                {
                    ThrowIfFailed();
                    var parsed = new WriteBatch(batch);
                    return Append(batch, parsed.Writer.IsEmpty ? null : new WriterEntry(parsed.WriterName, parsed.Sequence, 0, parsed.GetIdentity()));
                }
            }
            catch (ShardOverloadedException e)
            {
                await Task.Delay(e.RetryAfter, _stopping.Token);
            }
        }
    }

    /// <summary>The parent's log was truncated before the hold was there: the shard is opened anew, and begins from the parent's present manifest.</summary>
    private async Task BeginAgainAsync()
    {
        await _manifestTurn.WaitAsync(_stopping.Token);
        try
        {
            await WriteManifestAsync(_manifest with { Inherited = null, Segments = [] }, _stopping.Token);
        }
        finally
        {
            _manifestTurn.Release();
        }
        Fail(new ShardUnavailableException($"shard {_definition.Shard} is split off anew: the log of {_definition.Parent!.Shard} went on too fast"));
    }

    private static int? SplitOf(ReadOnlySpan<byte> payload) => new WriteBatch(payload) is { Control: WriteKind.Split, ControlValue: var count } ? (int)count : null;
}
