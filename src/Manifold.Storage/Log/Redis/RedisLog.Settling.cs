using System.Diagnostics;
using StackExchange.Redis;

namespace Manifold.Storage;

/// <content>Ends a lead, and finds out what became of its appends that have no answer.</content>
internal sealed partial class RedisLog
{
    // The client library looks for a lost server once a second.
    private static readonly TimeSpan SettleRetry = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Ends the lead: from here its appends are refused. Those that are not settled (<paramref name="unknown"/>, in order) are looked for in the log: one that
    /// is there under its batch id has succeeded. The rest fails, and so does what was handed over behind them.
    /// </summary>
    private async Task EndLeadAsync(RedisLead lead, List<RedisAppend> unknown, List<RedisAppendOutcome> outcomes)
    {
        var end = EndOf(lead, outcomes);
        lock (_gate)
            lead.End = end;
        if (end.Kind != RedisLeadEndKind.Fenced || outcomes.Exists(outcome => outcome.Kind == RedisAppendOutcomeKind.Failed))
            end = await SettleWithinTimeoutAsync(lead, unknown, end);
        List<RedisAppend> waiting;
        lock (_gate)
        {
            lead.End = end;
            waiting = _queue.FindAll(append => append.Lead == lead);
            _queue.RemoveAll(append => append.Lead == lead);
        }
        foreach (var append in unknown.Concat(waiting))
            append.SetException(end.ToException());
    }

    private RedisLeadEnd EndOf(RedisLead lead, List<RedisAppendOutcome> outcomes)
    {
        var reason = outcomes.Find(outcome => outcome.Kind == RedisAppendOutcomeKind.Failed)
            ?? outcomes.Find(outcome => outcome.Kind == RedisAppendOutcomeKind.OtherLead)
            ?? outcomes[0];
        return reason.Kind switch
        {
            RedisAppendOutcomeKind.OtherLead => EndOf(lead, reason.Value, reason.LogId!),
            RedisAppendOutcomeKind.OtherPosition => new RedisLeadEnd(
                RedisLeadEndKind.Unavailable, $"{Name}: the log ends at position {reason.Value}, and this lead's next record does not follow on it: Redis has lost records"),
            _ => new RedisLeadEnd(
                RedisLeadEndKind.Unavailable, $"{Name}: the log cannot be written, and what became of the last records is unknown: {reason.Failure?.Message}", reason.Failure),
        };
    }

    /// <summary>Asks until Redis answers: a connection that broke is often back within a second or two.</summary>
    private async Task<RedisLeadEnd> SettleWithinTimeoutAsync(RedisLead lead, List<RedisAppend> unknown, RedisLeadEnd end)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await SettleAsync(lead, unknown, end);
            }
            catch (CorruptLogException damage)
            {
                return new RedisLeadEnd(RedisLeadEndKind.Corrupt, damage.Message, damage);
            }
            catch (LogUnavailableException) when (clock.Elapsed < _options.SettleTimeout)
            {
                await Task.Delay(SettleRetry);
            }
            catch (LogUnavailableException)
            {
                return end;
            }
        }
    }

    /// <summary>
    /// Completes the appends that are in the log and takes them out of <paramref name="unknown"/>. The log's epoch is read first: where it is a newer one, nothing of
    /// this lead can be written any more, and what is then not there never will be.
    /// </summary>
    private async Task<RedisLeadEnd> SettleAsync(RedisLead lead, List<RedisAppend> unknown, RedisLeadEnd end)
    {
        var state = await ReadStateAsync();
        if (!state.Id.AsSpan().SequenceEqual(lead.LogId))
            return EndOf(lead, state.Epoch, state.Id);
        var settled = state.Epoch == lead.Epoch ? end : EndOf(lead, state.Epoch, state.Id);
        while (unknown.Count > 0)
        {
            var entries = await PageAsync(unknown[0].Position, unknown[^1].Position, SettlePageRecords, CancellationToken.None);
            if (entries.Length == 0)
                break;
            foreach (var entry in entries)
            {
                if (!Matches(entry, unknown[0], out var other))
                {
                    // A newer leader may have truncated ours away; under our own epoch nobody else writes or truncates.
                    return state.Epoch == lead.Epoch ? new RedisLeadEnd(RedisLeadEndKind.Corrupt, other!)
                        : entry.Id == RedisLogEntry.IdOf(unknown[0].Position) ? settled
                        : end;
                }
                unknown[0].SetResult(unknown[0].Checksum);
                unknown.RemoveAt(0);
            }
        }
        return unknown.Count > 0 && unknown[0].Position < (await ReadStateAsync()).First ? end : settled;
    }

    private bool Matches(StreamEntry entry, RedisAppend append, out string? other)
    {
        try
        {
            var record = RedisLogEntry.Parse(entry);
            other = $"redis stream '{_keys.StreamName}': entry {entry.Id} is another record (batch {record.BatchId}) than the leader's (batch {append.BatchId}) of epoch {append.Lead.Epoch}";
            return record.Position == append.Position && record.BatchId == append.BatchId && record.Checksum == append.Checksum;
        }
        catch (FormatException damage)
        {
            other = $"redis stream '{_keys.StreamName}': entry {entry.Id} is damaged: {damage.Message}";
            return false;
        }
    }
}
