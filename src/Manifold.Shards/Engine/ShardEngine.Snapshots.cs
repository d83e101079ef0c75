using Manifold.Index;
using Manifold.Storage;

namespace Manifold.Shards;

/// <summary>Copies a shard as it is at one position into another store, and opens one from such a copy.</summary>
public sealed partial class ShardEngine
{
    // Names of objects that are being copied, and how often: they stay until that is done. Under its own lock.
    private readonly Dictionary<string, int> _copied = new(StringComparer.Ordinal);

    /// <summary>Copies the shard as it is now; writes and searches go on.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="prefix">What the names of the copies begin with; ends with a slash. Copies that are there already from an earlier try are taken as they are.</param>
    /// <param name="cancellationToken">Gives it up; what was copied stays.</param>
    /// <returns>What the shard is made of at that position, by the names of the copies, and its items.</returns>
    /// <exception cref="ShardUnavailableException">It does not lead, or a store failed.</exception>
    /// <exception cref="ShardCorruptException">A segment is damaged.</exception>
    public async Task<(ShardManifest Manifest, long Items)> SnapshotAsync(ISegmentStore target, string prefix, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        var moment = await FreezeMomentAsync(stop.Token);
        try
        {
            await moment.Sealing.WaitAsync(stop.Token);
            ThrowIfFailed();
            if (moment.Seal is { Named: false })
            {
                throw new ShardUnavailableException($"shard {_definition.Shard} was not sealed, and cannot be copied");
            }
            var entries = new List<SegmentEntry>();
            foreach (var (entry, deleted) in moment.Segments)
            {
                // Deletions as of the moment, not as they are by now. Segment and position say what they are: a copy that is begun again may find the segments in another order.
                var deletions = deleted.Count == 0 ? null : await target.PutAsync(
                    $"{prefix}{Path.GetFileNameWithoutExtension(entry.Segment.Name)}-{moment.State.Position:D12}.del", (stream, token) => Task.Run(() => DeletionList.Write(stream, deleted), token), stop.Token);
                entries.Add(new SegmentEntry(await CopyAsync(entry.Segment, prefix, target, stop.Token), deletions, entry.Index is null ? null : await CopyAsync(entry.Index, prefix, target, stop.Token)));
            }
            if (moment.Seal?.Stored is { } stored)
            {
                entries.Add(new SegmentEntry(await CopyAsync(stored, prefix, target, stop.Token), null));
            }
            return (moment.State with { Segments = entries }, moment.Items);
        }
        catch (Exception e) when (e is CorruptDataException or CorruptSegmentException)
        {
            throw new ShardCorruptException($"shard {_definition.Shard} cannot be copied: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SegmentStoreUnavailableException)
        {
            throw new ShardUnavailableException($"shard {_definition.Shard} cannot be copied: {e.Message}", e);
        }
        finally
        {
            Release(NamesOf(moment.Segments.Select(segment => segment.Entry)));
            if (moment.Sealing.IsCompleted && moment.Seal?.Stored is { } own)
            {
                // Otherwise the engine closes, and the next leader knows of no copy.
                Release([own.Name]);
            }
        }
    }

    /// <summary>What the shard is at one position: its sealed segments with the rows that are deleted by then, and the seal of what was not sealed.</summary>
    private async Task<Moment> FreezeMomentAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ThrowIfFailed();
            if (!IsLeading)
            {
                throw new ShardUnavailableException($"shard {_definition.Shard} is not led here");
            }
            await _sealing.WaitAsync(cancellationToken);

            // In the turn of those who change the manifest: what it names is what is in memory.
            await _manifestTurn.WaitAsync(cancellationToken);
            try
            {
                if (await OnApplyingLoopAsync(TryFreeze) is { } moment)
                {
                    return moment;
                }
            }
            finally
            {
                _manifestTurn.Release();
            }
        }
    }

    private Moment? TryFreeze()
    {
        if (!_sealing.IsCompleted)
        {
            return null;
        }
        var deleted = _index.SealedSegments().ToDictionary(segment => segment.Name, segment => segment.Deleted);
        (SegmentEntry, RowBitmap)[] segments = [.. _manifest.Segments.Select(entry => (entry, deleted[entry.Segment.Name]))];
        var items = _index.LiveRows;
        Hold(NamesOf(_manifest.Segments));
        if (_index.GrowingRows == 0)
        {
            return new Moment(StateNow(), segments, items, null, Task.CompletedTask);
        }
        var seal = StartSeal(isCopied: true);
        return new Moment(seal.State, segments, items, seal, _sealing);
    }

    private async Task<StoredObject> CopyAsync(StoredObject stored, string prefix, ISegmentStore target, CancellationToken cancellationToken)
    {
        var name = prefix + stored.Name[(stored.Name.LastIndexOf('/') + 1)..];
        return await CopyAsync(_services.Segments, stored, target, name, cancellationToken);
    }

    /// <summary>Copies an object, and makes sure that it is the same there.</summary>
    private static async Task<StoredObject> CopyAsync(ISegmentStore source, StoredObject stored, ISegmentStore target, string name, CancellationToken cancellationToken)
    {
        using var lease = await source.LeaseAsync(stored.Name, cancellationToken);
        var copy = await target.PutAsync(
            name,
            async (stream, token) =>
            {
                await using var file = new FileStream(lease.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 20, useAsync: true);
                await file.CopyToAsync(stream, token);
            },
            cancellationToken);
        if (copy.Length != stored.Length || copy.Checksum != stored.Checksum)
        {
            await target.DeleteAsync(name, CancellationToken.None);
            throw new CorruptDataException($"object '{stored.Name}' has {copy.Length} bytes with checksum {copy.Checksum}; {stored.Length} bytes with {stored.Checksum} were stored");
        }
        await target.VerifyAsync(copy, cancellationToken);
        return copy;
    }

    /// <summary>Takes what a snapshot has of a shard for its own, and names that in its manifest.</summary>
    /// <returns>The manifest, and how many objects were stored under this epoch.</returns>
    private static async Task<(ShardManifest Manifest, string? ETag, int Objects)> RestoreAsync(
        ShardDefinition definition, ShardServices services, ManifestStore manifests, LogLead lead, (ShardManifest Manifest, string? ETag) own, CancellationToken cancellationToken)
    {
        var place = definition.Snapshot!;
        var stores = services.Snapshots ?? throw new ShardUnavailableException($"shard {definition.Shard} cannot be restored: this process opens no snapshots");
        var source = await stores.OpenAsync(place.Store, cancellationToken);
        var snapshot = await CollectionSnapshot.ReadAsync(source, place.Prefix, cancellationToken)
            ?? throw new CorruptDataException($"there is no snapshot {place.Prefix} in {place.Store}");
        var theirs = snapshot.Shards.FirstOrDefault(shard => shard.Number == definition.Number)
            ?? throw new CorruptDataException($"the snapshot {place.Prefix} in {place.Store} has no shard {definition.Number}");
        var objects = 0;
        var entries = new List<SegmentEntry>();
        foreach (var entry in theirs.Manifest.Segments)
        {
            entries.Add(new SegmentEntry(
                await TakeAsync(entry.Segment, "seg"), entry.Deletions is null ? null : await TakeAsync(entry.Deletions, "del"), entry.Index is null ? null : await TakeAsync(entry.Index, "idx")));
        }
        var manifest = own.Manifest with
        {
            Position = lead.LastPosition,
            Checksum = lead.Checksum,
            Segments = entries,
            Writers = [.. theirs.Manifest.Writers.Select(writer => writer with { Position = 0 })],
            ShardCount = definition.ShardCount,
            IsRestored = true,
        };
        var etag = await manifests.WriteAsync(manifest, own.ETag, cancellationToken);
        Log.Restored(services.Logger, definition.Shard, place.Prefix, place.Store, entries.Count);
        return (manifest, etag, objects);

        async Task<StoredObject> TakeAsync(StoredObject stored, string kind) =>
            await CopyAsync(source, stored, services.Segments, NameOf(definition.Shard, lead.Epoch, ++objects, kind), cancellationToken);
    }

    private void Hold(IEnumerable<string> names)
    {
        lock (_copied)
        {
            foreach (var name in names)
            {
                _copied[name] = _copied.GetValueOrDefault(name) + 1;
            }
        }
    }

    private void Release(IEnumerable<string> names)
    {
        lock (_copied)
        {
            foreach (var name in names)
            {
                if (--_copied[name] == 0)
                {
                    _copied.Remove(name);
                }
            }
        }
    }

    private bool IsCopied(string name)
    {
        lock (_copied)
        {
            return _copied.ContainsKey(name);
        }
    }

    /// <summary>What the shard is at one position.</summary>
    private sealed record Moment(ShardManifest State, IReadOnlyList<(SegmentEntry Entry, RowBitmap Deleted)> Segments, long Items, Seal? Seal, Task Sealing);
}
