using System.Diagnostics;

namespace Manifold.Shards;

public sealed partial class ShardEngine
{
    // How far a follower knows the log to have come, and when it last had applied all that the log had then.
    private long _knownEnd;
    private long _currentAt = Stopwatch.GetTimestamp();

    private KeyValuePair<string, object?> Tag => ShardMetrics.Of(this);

    /// <summary>What monitors see of it; <c>null</c> once it is closed.</summary>
    internal ShardReading? TryRead()
    {
        long items;
        try
        {
            using var lease = _index.AcquireCurrent();
            items = lease.View.LiveRows;
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
        var segments = Volatile.Read(ref _manifest).Segments;
        return new ShardReading(
            Definition.Collection,
            IsLeading,
            Failure is not null,
            AppliedPosition,
            IsLeading ? 0 : Math.Max(0, Volatile.Read(ref _knownEnd) - AppliedPosition),
            IsLeading ? 0 : Stopwatch.GetElapsedTime(Volatile.Read(ref _currentAt)).TotalSeconds,
            Interlocked.Read(ref _pendingBytes),
            (double)Interlocked.Read(ref _pendingBytes) / _services.Options.MaxPendingBytes,
            IsLeading ? _log.Size : null,
            items,
            _index.GrowingRows,
            segments.Count,
            segments.Count(entry => entry.Index is null),
            segments.Sum(entry => entry.Segment.Length + (entry.Deletions?.Length ?? 0) + (entry.Index?.Length ?? 0)));
    }

    private void NoteHandOver(string outcome) => ShardMetrics.Batches.Add(1, Tag, new("outcome", outcome));

    /// <summary>The applying loop may be behind: it would tell the time that a record waited for it, too.</summary>
    private void NoteWhenDurable(PendingWrite write)
    {
        if (ShardMetrics.WriteDuration.Enabled)
        {
            write.Append.ContinueWith(
                (append, _) =>
                {
                    if (append.IsCompletedSuccessfully)
                    {
                        ShardMetrics.WriteDuration.Record(Stopwatch.GetElapsedTime(write.HandedOver).TotalSeconds, Tag, ShardMetrics.Durable);
                    }
                },
                null, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private void NoteLead(string how)
    {
        ShardMetrics.Leaderships.Add(1, Tag, new("how", how));
        foreach (var step in ShardMetrics.Steps)
        {
            // A counter that is first seen at 1 has not grown, as far as increase() knows.
            ShardMetrics.StepFailures.Add(0, Tag, new("step", step));
        }
    }

    private void NoteEnd(long position)
    {
        for (var known = Volatile.Read(ref _knownEnd); position > known;)
        {
            var seen = Interlocked.CompareExchange(ref _knownEnd, position, known);
            if (seen == known)
            {
                return;
            }
            known = seen;
        }
    }

    private async Task MeasureAsync(string step, Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await work();
        }
        catch (Exception) when (!_stopping.IsCancellationRequested)
        {
            ShardMetrics.StepFailures.Add(1, Tag, new("step", step));
            throw;
        }
        ShardMetrics.StepDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, Tag, new("step", step));
    }
}
