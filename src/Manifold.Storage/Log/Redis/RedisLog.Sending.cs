namespace Manifold.Storage;

/// <content>
/// Brings appends to Redis, in the order of their positions. Records that wait together go in one call of the script, and a few calls are under way at a time:
/// one is executed while the next travels. Redis makes what it executes in one round of its loop durable with one fsync.
/// </content>
internal sealed partial class RedisLog
{
    // Measured with 64 writers (docs/storage.md): more calls under way only make each smaller.
    private const int MaxCalls = 2;

    // Redis serves nobody else while it runs a script, and a call is held in memory whole. A larger record goes alone.
    private const int MaxCallRecords = 256;
    private const int MaxCallBytes = 1024 * 1024;

    private async Task SendAsync()
    {
        var calls = new Queue<RedisAppendCall>();
        while (true)
        {
            while (calls.TryPeek(out var oldest) && oldest.Reply.IsCompleted)
            {
                var outcome = await oldest.OutcomeAsync();
                if (outcome.Kind == RedisAppendOutcomeKind.Written)
                {
                    Complete(oldest, outcome);
                    calls.Dequeue();
                }
                else
                {
                    await RecoverAsync([.. calls]);
                    calls.Clear();
                }
            }
            while (calls.Count < MaxCalls && TakeCall(calls) is { } call)
            {
                call.Send(_connection, _keys, whole: false);
                _ = call.Reply.ContinueWith(
                    _ => _wake.Writer.TryWrite(true), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                calls.Enqueue(call);
            }
            if (calls.Count == 0 && IsDone())
                return;
            await _wake.Reader.ReadAsync();
        }
    }

    /// <summary>The next call's records, of one lead; <c>null</c> where nothing waits or calls of another lead are still under way.</summary>
    private RedisAppendCall? TakeCall(Queue<RedisAppendCall> underWay)
    {
        lock (_gate)
        {
            if (_queue.Count == 0)
                return null;
            var lead = _queue[0].Lead;
            if (underWay.TryPeek(out var other) && other.Lead != lead)
                return null;
            var bytes = 0L;
            var count = _queue.TakeWhile(append => append.Lead == lead && (bytes += append.Payload.Length) <= MaxCallBytes).Take(MaxCallRecords).Count();
            var call = new RedisAppendCall(lead, _queue.GetRange(0, Math.Max(count, 1)));
            if (call.Records.Count == _queue.Count)
                _queue = [];
            else
                _queue.RemoveRange(0, call.Records.Count);
            return call;
        }
    }

    private bool IsDone()
    {
        lock (_gate)
            return _closed && _queue.Count == 0;
    }

    private void Complete(RedisAppendCall call, RedisAppendOutcome outcome)
    {
        StorageMetrics.Committed(call.Records.Count, call.Sent, StorageMetrics.Redis);
        lock (_gate)
            call.Lead.Freed(outcome.Value);
        foreach (var append in call.Records)
            append.SetResult(append.Checksum);
    }

    /// <summary>
    /// Called when a call of these, all of one lead and in their order, was not written. Awaits all; sends again what surely was not executed, in order;
    /// ends the lead where that cannot be told or Redis refuses.
    /// </summary>
    private async Task RecoverAsync(List<RedisAppendCall> calls)
    {
        var outcomes = new List<RedisAppendOutcome>();
        foreach (var call in calls)
            outcomes.Add(await call.OutcomeAsync());
        // A later call can only have been written behind the earlier ones, whatever became of their answers.
        var written = outcomes.FindLastIndex(outcome => outcome.Kind == RedisAppendOutcomeKind.Written) + 1;
        for (var i = 0; i < written; i++)
            Complete(calls[i], outcomes[written - 1]);
        calls.RemoveRange(0, written);
        outcomes.RemoveRange(0, written);
        if (calls.Count == 0)
            return;
        if (outcomes.TrueForAll(MayBeSentAgain))
        {
            // The script was unknown, or a later call overtook an earlier one. If the log really ends elsewhere, the answer will be the same.
            while (calls.Count > 0)
            {
                calls[0].Send(_connection, _keys, whole: true);
                var outcome = await calls[0].OutcomeAsync();
                if (outcome.Kind != RedisAppendOutcomeKind.Written)
                {
                    outcomes = [outcome];
                    break;
                }
                Complete(calls[0], outcome);
                calls.RemoveAt(0);
            }
        }
        if (calls.Count > 0)
        {
            StorageMetrics.CommitFailures.Add(calls.Count, StorageMetrics.Redis);
            await EndLeadAsync(calls[0].Lead, [.. calls.SelectMany(call => call.Records)], outcomes);
        }
    }

    private static bool MayBeSentAgain(RedisAppendOutcome outcome) =>
        outcome.Kind is RedisAppendOutcomeKind.UnknownScript or RedisAppendOutcomeKind.OtherPosition;
}
