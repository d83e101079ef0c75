using System.Diagnostics;
using Manifold.Storage;

namespace Manifold.Shards;

public sealed partial class ShardEngine
{
    private const int MaxOpenings = 10;

    private readonly SemaphoreSlim _followDue = new(0);
    private readonly TaskCompletionSource _outdated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _promoting = new();
    // All that the stored manifest named when it was read.
    private HashSet<string> _namesRead = [];
    private DateTime _manifestReadAt = DateTime.UtcNow;
    private bool _interrupted;

    /// <summary>
    /// Opens a shard for reading: loads the segments of its manifest, reads the log from there, and goes on reading what its leader adds. Nothing that is stored is changed.
    /// </summary>
    /// <param name="definition">The shard.</param>
    /// <param name="services">What it stands on.</param>
    /// <param name="predecessor">The engine that this one replaces: what that one verified is not read through again. <c>null</c> for none.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="ShardUnavailableException">The log or a store failed for the moment.</exception>
    /// <exception cref="ShardCorruptException">Stored bytes are damaged; the message names file and offset.</exception>
    public static async Task<ShardEngine> FollowAsync(ShardDefinition definition, ShardServices services, ShardEngine? predecessor, CancellationToken cancellationToken)
    {
        var verified = predecessor is { Failure: not ShardCorruptException, _verifying.IsCompletedSuccessfully: true } ? predecessor._manifest.Segments.Select(entry => entry.Segment.Name).ToHashSet() : null;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await OpenAsync(definition, services, leads: false, verified, cancellationToken);
            }
            catch (ShardUnavailableException e) when (e.InnerException is LogTruncatedException && attempt < MaxOpenings)
            {
                // The leader sealed between the reading of the manifest and that of the log: what is not in this is in a newer manifest.
            }
        }
    }

    /// <summary>
    /// Ends when the leader has sealed or merged: this follower's segments and its part of the log are no longer the shard's. It goes on following as long as the
    /// log has what it needs; one that is opened now starts from the new manifest.
    /// </summary>
    public Task Outdated => _outdated.Task;

    /// <summary>Tells a follower that the log has something new. A leader knows.</summary>
    /// <param name="position">How far the log is known to have come; 0 where that is not known.</param>
    public void Wake(long position = 0)
    {
        NoteEnd(position);
        if (_followDue.CurrentCount == 0)
        {
            _followDue.Release();
        }
    }

    /// <summary>Makes a leader of a follower: the log's tail is all that it has to read.</summary>
    /// <returns>False when it cannot be done in place, since the manifest has gone on: open the shard anew. The engine follows no more then.</returns>
    /// <exception cref="ShardUnavailableException">The log or a store failed for the moment, or a newer leader came in between. The engine follows no more.</exception>
    /// <exception cref="ShardCorruptException">The log is not the one that was followed.</exception>
    public async Task<bool> PromoteAsync(CancellationToken cancellationToken)
    {
        ThrowIfFailed();
        await _promoting.CancelAsync();
        await _following;
        ThrowIfFailed();
        try
        {
            var lead = await _log.TakeLeadAsync(cancellationToken);
            var (manifest, etag) = await RaiseEpochAsync(_manifests, _definition, lead.Epoch, cancellationToken);
            if (manifest.Position != _manifest.Position || !NamesOf(manifest.Segments).ToHashSet().SetEquals(_namesRead))
            {
                _outdated.TrySetResult();
                return false;
            }
            var before = AppliedPosition;
            await CatchUpAsync(lead, cancellationToken);
            if (AppliedPosition != lead.LastPosition)
            {
                _outdated.TrySetResult();
                return false;
            }
            foreach (var writer in _appliedWriters.ToList())
            {
                _handedWriters.Set(writer);
            }
            lock (_gate)
            {
                (_manifest, _manifestETag, _handedPosition) = (_manifest with { Epoch = lead.Epoch, ShardCount = manifest.ShardCount }, etag, lead.LastPosition);
                (_handedShardCount, _handedSchema) = (_shardCount, _schema);
                Volatile.Write(ref _epoch, lead.Epoch);
            }
            Log.Promoted(_services.Logger, _definition.Shard, lead.Epoch, AppliedPosition - before, AppliedPosition);
            StartLeading("promoted");
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            var failure = Explain(e, _definition.Shard);
            Fail(failure);
            throw failure;
        }
    }

    /// <summary>The loop of a follower: reads the log when it is told to, and every now and then.</summary>
    private async Task FollowAsync()
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, _promoting.Token);
        while (!ended.IsCancellationRequested)
        {
            try
            {
                await FollowOnceAsync(ended.Token);
                _interrupted = false;
                await _followDue.WaitAsync(_services.Options.FollowInterval, ended.Token);
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is CorruptDataException or InvalidDataException or ShardCorruptException)
            {
                var failure = e as ShardCorruptException ?? new ShardCorruptException($"shard {_definition.Shard} is damaged: {e.Message}", e);
                Log.Failed(_services.Logger, failure, _definition.Shard);
                Fail(failure);
                return;
            }
            catch (LogTruncatedException)
            {
                _outdated.TrySetResult();
                await Task.Delay(_services.Options.FollowInterval, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception e)
            {
                if (!_interrupted)
                {
                    Log.FollowingInterrupted(_services.Logger, e, _definition.Shard, AppliedPosition);
                }
                _interrupted = true;
                await Task.Delay(_services.Options.FollowInterval, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task FollowOnceAsync(CancellationToken cancellationToken)
    {
        var asked = Stopwatch.GetTimestamp();
        var end = await _log.GetEndAsync(cancellationToken);
        NoteEnd(end.LastPosition);
        if (end.FirstPosition > _manifest.Position + 1)
        {
            // The leader sealed, and took from the log what is in segments now.
            _outdated.TrySetResult();
        }
        await CatchUpAsync(end, cancellationToken);
        Volatile.Write(ref _currentAt, asked);
        if (!_outdated.Task.IsCompleted && DateTime.UtcNow - _manifestReadAt > _services.Options.FollowManifestInterval)
        {
            // A merge leaves the log alone, and deletes what it merged after the grace time.
            var (manifest, etag) = await _manifests.ReadAsync(cancellationToken);
            _manifestReadAt = DateTime.UtcNow;
            if (etag != _manifestETag && (manifest.Position != _manifest.Position || !NamesOf(manifest.Segments).ToHashSet().SetEquals(_namesRead)))
            {
                _outdated.TrySetResult();
            }
        }
    }

    /// <summary>Applies what a log has beyond what is applied, after making sure that it is the same log.</summary>
    private async Task CatchUpAsync(LogLead end, CancellationToken cancellationToken)
    {
        var (position, checksum) = (AppliedPosition, _appliedChecksum);
        if (end.LastPosition < position)
        {
            throw new CorruptDataException(
                $"the log ends at position {end.LastPosition}, and this replica has applied {position}: records {end.LastPosition + 1} to {position} are lost from the log");
        }
        if (end.LastPosition == position)
        {
            if (position > 0 && end.Checksum != checksum)
            {
                throw new CorruptDataException($"the log has checksum {end.Checksum:x16} at position {position}, and this replica applied {checksum:x16}: it is another log");
            }
            return;
        }
        if (end.FirstPosition > position + 1)
        {
            throw new LogTruncatedException($"the log begins at position {end.FirstPosition}, and this replica is at {position}");
        }
        try
        {
            var unpublished = 0;
            await foreach (var record in _log.ReadAsync(Math.Max(Math.Max(position, end.FirstPosition), 1), cancellationToken))
            {
                if (record.Position > position)
                {
                    Apply(record.Payload.Span, record.Position, isLive: true);
                    (position, _appliedChecksum) = (record.Position, record.Checksum);
                    if (++unpublished == MaxRecordsPerPublish)
                    {
                        PublishFollowed(position);
                        unpublished = 0;
                    }
                }
                else if (record.Checksum != checksum)
                {
                    throw new CorruptDataException($"the log has checksum {record.Checksum:x16} at position {record.Position}, and this replica applied {checksum:x16}: it is another log");
                }
            }
        }
        finally
        {
            // What was applied stays applied, also when the reading ends early.
            PublishFollowed(position);
        }
    }

    private void PublishFollowed(long position)
    {
        _index.Publish();
        TaskCompletionSource advanced;
        lock (_gate)
        {
            Volatile.Write(ref _appliedPosition, position);
            _handedPosition = Math.Max(_handedPosition, position);
            advanced = _advanced;
            _advanced = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        advanced.TrySetResult();
    }
}
