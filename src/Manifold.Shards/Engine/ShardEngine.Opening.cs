using Manifold.Index;
using Manifold.Storage;

namespace Manifold.Shards;

public sealed partial class ShardEngine
{
    /// <summary>
    /// Takes the lead of a shard: raises the log's epoch, puts that epoch into the manifest, loads the segments it names and reads the log from
    /// there. Only then may anything be acknowledged.
    /// </summary>
    /// <exception cref="ShardUnavailableException">The log or a store failed for the moment, or a newer leader came in between.</exception>
    /// <exception cref="ShardCorruptException">Stored bytes are damaged; the message names file and offset.</exception>
    public static Task<ShardEngine> OpenAsync(ShardDefinition definition, ShardServices services, CancellationToken cancellationToken) =>
        OpenAsync(definition, services, leads: true, null, cancellationToken);

    private static async Task<ShardEngine> OpenAsync(
        ShardDefinition definition, ShardServices services, bool leads, HashSet<string>? verified, CancellationToken cancellationToken)
    {
        IShardLog? log = null;
        IndexWriter? index = null;
        try
        {
            log = await services.Logs.OpenAsync(definition.Shard, cancellationToken);
            var manifests = new ManifestStore(services.Documents, definition.Shard);
            LogLead lead;
            var objects = 0;
            (ShardManifest Manifest, string? ETag) manifest;
            if (leads)
            {
                lead = await log.TakeLeadAsync(cancellationToken);
                manifest = await RaiseEpochAsync(manifests, definition, lead.Epoch, cancellationToken);
                if (BeginningOf(definition, manifest.Manifest) is { } begin)
                {
                    (manifest.Manifest, manifest.ETag, objects) = await begin(definition, services, manifests, lead, manifest, cancellationToken);
                }
            }
            else
            {
                do
                {
                    // The log is truncated only after the manifest that makes up for it is there: one that begins later than that has a newer manifest.
                    manifest = await manifests.ReadAsync(cancellationToken);
                    lead = await log.GetEndAsync(cancellationToken);
                }
                while (lead.FirstPosition > manifest.Manifest.Position + 1 && (await manifests.ReadAsync(cancellationToken)).ETag != manifest.ETag);
                if (BeginningOf(definition, manifest.Manifest) is not null)
                {
                    throw new ShardUnavailableException($"shard {definition.Shard} is being {(definition.Parent is null ? "restored" : "split off")}, and has nothing yet");
                }
            }
            var names = NamesOf(manifest.Manifest.Segments).ToHashSet();

            index = new IndexWriter(SchemaOf(definition, manifest.Manifest).Spaces);
            var segments = new List<(StoredObject Stored, Segment Segment)>();
            var entries = new List<SegmentEntry>();
            using var copies = await services.Segments.PrefetchAsync([.. names], cancellationToken);
            foreach (var entry in manifest.Manifest.Segments)
            {
                var segment = await LoadAsync(services, definition, entry, index, cancellationToken);
                segments.Add((entry.Segment, segment));
                entries.Add(segment.Index is null ? entry with { Index = null } : entry);
            }
            manifest.Manifest = manifest.Manifest with { Segments = entries };
            var engine = new ShardEngine(definition, services, log, index, manifests, leads ? lead.Epoch : 0, manifest) { _namesRead = names, _objects = objects };
            var replayed = await engine.ReplayAsync(lead, cancellationToken);
            if (leads)
            {
                Log.Leading(services.Logger, definition.Shard, lead.Epoch, segments.Count, replayed, engine._appliedPosition);
                engine.StartLeading("opened");
            }
            else
            {
                Log.Following(services.Logger, definition.Shard, segments.Count, replayed, engine._appliedPosition);
                engine._following = Task.Run(engine.FollowAsync, CancellationToken.None);
            }
            segments.RemoveAll(segment => verified?.Contains(segment.Stored.Name) == true);
            engine._verifying = Task.Run(() => engine.VerifySegmentsAsync(segments), CancellationToken.None);
            return engine;
        }
        catch (Exception e)
        {
            index?.Dispose();
            if (log is not null)
            {
                await log.DisposeAsync();
            }
            throw Explain(e, definition.Shard);
        }
    }

    /// <summary>What a shard that has nothing yet begins with; <c>null</c> for one that is empty, or has begun.</summary>
    private static Beginning? BeginningOf(ShardDefinition definition, ShardManifest manifest) =>
        definition.Snapshot is not null && !manifest.IsRestored ? RestoreAsync
            : definition.Parent is not null && manifest.Inherited is null ? SeedAsync
            : null;

    private void StartLeading(string how)
    {
        NoteLead(how);
        _applying = Task.Run(ApplyAsync, CancellationToken.None);
        _maintaining = Task.Run(MaintainAsync, CancellationToken.None);
        if (_inherited is not null && _definition.Parent is not null)
        {
            _inheriting = Task.Run(InheritAsync, CancellationToken.None);
        }
    }

    /// <summary>What kept a shard from opening, or from leading, in the words of this layer.</summary>
    private static Exception Explain(Exception exception, string shard) => exception switch
    {
        CorruptDataException or CorruptSegmentException or InvalidDataException => new ShardCorruptException($"shard {shard} is damaged: {exception.Message}", exception),
        FileNotFoundException => new ShardCorruptException($"shard {shard} misses a segment that its manifest names: {exception.Message}", exception),
        FencedException or LogUnavailableException or LogTruncatedException or IOException or UnauthorizedAccessException or DocumentConflictException =>
            new ShardUnavailableException($"shard {shard} cannot be opened: {exception.Message}", exception),
        _ => exception,
    };

    /// <summary>Compare-and-swaps the new epoch into the manifest: from here older leaders can seal no more.</summary>
    private static async Task<(ShardManifest Manifest, string? ETag)> RaiseEpochAsync(
        ManifestStore manifests, ShardDefinition definition, long epoch, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (manifest, etag) = await manifests.ReadAsync(cancellationToken);
            if (manifest.Epoch >= epoch)
            {
                throw new FencedException($"the manifest of shard {definition.Shard} has epoch {manifest.Epoch}, and this leader {epoch}");
            }
            manifest = manifest with { Epoch = epoch, ShardCount = manifest.ShardCount > 0 ? manifest.ShardCount : definition.ShardCount };
            try
            {
                return (manifest, await manifests.WriteAsync(manifest, etag, cancellationToken));
            }
            catch (DocumentConflictException)
            {
                // An older leader sealed in between: read what it wrote.
            }
        }
    }

    private static async Task<Segment> LoadAsync(
        ShardServices services, ShardDefinition definition, SegmentEntry entry, IndexWriter index, CancellationToken cancellationToken)
    {
        var deleted = entry.Deletions is { } deletions ? await ReadDeletionsAsync(services.Segments, deletions, cancellationToken) : RowBitmap.Empty;
        var segment = await OpenSegmentAsync(services.Segments, entry.Segment, cancellationToken);
        try
        {
            await AttachIndexAsync(services, definition, entry, segment, cancellationToken);
            index.AddSegment(entry.Segment.Name, segment, deleted);
            return segment;
        }
        catch (ArgumentException e)
        {
            segment.Dispose();
            throw new CorruptDataException($"segment {entry.Segment.Name} does not fit its shard: {e.Message}", e);
        }
        catch
        {
            segment.Dispose();
            throw;
        }
    }

    /// <summary>Gives a segment its index. One that is damaged or missing is no loss: it is left out, and made again from the segment.</summary>
    private static async Task AttachIndexAsync(
        ShardServices services, ShardDefinition definition, SegmentEntry entry, Segment segment, CancellationToken cancellationToken)
    {
        if (entry.Index is not { } stored)
        {
            return;
        }
        try
        {
            segment.Attach(await OpenIndexAsync(services.Segments, stored, cancellationToken));
        }
        catch (Exception e) when (e is CorruptSegmentException or CorruptDataException or FileNotFoundException)
        {
            Log.IndexLost(services.Logger, e, definition.Shard, entry.Segment.Name);
        }
    }

    /// <summary>Applies what the log holds beyond the manifest.</summary>
    private async Task<long> ReplayAsync(LogLead lead, CancellationToken cancellationToken)
    {
        var (position, checksum) = (_manifest.Position, _manifest.Checksum);
        if (lead.LastPosition < position)
        {
            throw new CorruptDataException($"the log of shard {_definition.Shard} ends at position {lead.LastPosition}, before position {position} of its manifest");
        }
        if (lead.FirstPosition > position + 1)
        {
            throw new CorruptDataException($"the log of shard {_definition.Shard} begins at position {lead.FirstPosition}, but its segments end at {position}");
        }
        foreach (var writer in _manifest.Writers)
        {
            _appliedWriters.Set(writer);
        }

        // The manifest's last record, where the log still has it, must be the one that was sealed.
        var replayed = 0L;
        await foreach (var record in _log.ReadAsync(Math.Max(Math.Max(position, lead.FirstPosition), 1), cancellationToken))
        {
            if (record.Position > position)
            {
                Apply(record.Payload.Span, record.Position, isLive: false);
                (position, checksum) = (record.Position, record.Checksum);
                replayed++;
            }
            else if (record.Checksum != checksum)
            {
                throw new CorruptDataException($"the log of shard {_definition.Shard} differs at position {position} from what its segments were made of");
            }
        }
        if (position < lead.LastPosition || (position == lead.LastPosition && position > 0 && checksum != lead.Checksum) || (IsLeading && position != lead.LastPosition))
        {
            throw new CorruptDataException(
                $"the log of shard {_definition.Shard} should end at position {lead.LastPosition} with checksum {lead.Checksum:x16}, and was read to {position} with {checksum:x16}");
        }
        foreach (var writer in _appliedWriters.ToList())
        {
            _handedWriters.Set(writer);
        }
        (_handedPosition, _appliedPosition, _appliedChecksum, _handedShardCount, _handedSchema) = (position, position, checksum, _shardCount, _schema);
        _index.Publish();
        return replayed;
    }

    /// <summary>Reads every segment and index once in the background; a damaged segment stops the shard, a damaged index is made again.</summary>
    private async Task VerifySegmentsAsync(List<(StoredObject Stored, Segment Segment)> segments)
    {
        try
        {
            foreach (var (stored, segment) in segments)
            {
                try
                {
                    segment.Verify(_stopping.Token);
                    await VerifyIndexAsync(stored, segment);
                }
                catch (ObjectDisposedException)
                {
                    // It was read when its index was made, and the one that has it is in its place; or the engine closes.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The engine closes before all was read: the next one reads it again.
        }
        catch (CorruptSegmentException e)
        {
            var failure = new ShardCorruptException($"shard {_definition.Shard} is damaged: {e.Message}", e);
            Log.Failed(_services.Logger, failure, _definition.Shard);
            Fail(failure);
        }
    }

    /// <summary>Stores a shard's first segments under the epoch of its first leader, and names them in its manifest.</summary>
    /// <returns>The manifest, and how many objects were stored.</returns>
    private delegate Task<(ShardManifest Manifest, string? ETag, int Objects)> Beginning(
        ShardDefinition definition, ShardServices services, ManifestStore manifests, LogLead lead, (ShardManifest Manifest, string? ETag) own, CancellationToken cancellationToken);
}
