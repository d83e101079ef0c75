using System.Runtime.CompilerServices;
using StackExchange.Redis;

namespace Manifold.Storage;

/// <content>Reads records back, page by page, verifying each; and the log's state.</content>
internal sealed partial class RedisLog
{
    // Appends under way are few; this only bounds the memory.
    private const int SettlePageRecords = 64;

    public IAsyncEnumerable<LogRecord> ReadAsync(long fromPosition, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fromPosition, 1);
        ThrowIfClosed();
        return ReadRecordsAsync(fromPosition, cancellationToken);
    }

    private async IAsyncEnumerable<LogRecord> ReadRecordsAsync(long fromPosition, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var state = await ReadStateAsync(cancellationToken);
        if (fromPosition < state.First)
            throw Truncated(fromPosition);
        if (fromPosition > state.Last)
            yield break;
        var chain = fromPosition == state.First ? state.Cut : await BeforeAsync(fromPosition, cancellationToken);
        var count = PageCount(state.Bytes - state.Freed, state.Last - state.First + 1);
        while (chain.Position < state.Last)
        {
            var entries = await PageAsync(chain.Position + 1, state.Last, count, cancellationToken);
            if (entries.Length == 0)
                await ThrowMissingAsync(chain.Position + 1, cancellationToken);
            var bytes = 0L;
            foreach (var entry in entries)
            {
                if (RedisLogEntry.IsBeyond(entry.Id, chain.Position + 1))
                    await ThrowMissingAsync(chain.Position + 1, cancellationToken);
                var record = RedisLogEntry.Parse(_keys, entry, chain, out chain);
                if (record.Epoch > state.Epoch)
                    throw RedisLogEntry.Corrupt(_keys, entry.Id, $"has epoch {record.Epoch} in a log of epoch {state.Epoch}");
                bytes += record.Payload.Length;
                yield return record;
            }
            count = PageCount(bytes, entries.Length);
        }
        if (chain.Running != state.Sum)
            throw RedisLogEntry.Corrupt(_keys, RedisLogEntry.IdOf(chain.Position), $"has another running checksum than '{_keys.Meta}' names for it");
    }

    private int PageCount(long bytes, long records) =>
        (int)Math.Clamp(_options.PageBytes / Math.Max(bytes / Math.Max(records, 1), 1), 1, _options.PageRecords);

    /// <summary>The place before a position, from the entry there.</summary>
    private async Task<LogChain> BeforeAsync(long position, CancellationToken cancellationToken)
    {
        var entries = await PageAsync(position - 1, position - 1, 1, cancellationToken);
        if (entries.Length == 0)
        {
            // A truncation may have taken it, and left the place in the state.
            var state = await ReadStateAsync(cancellationToken);
            if (state.First == position)
                return state.Cut;
            await ThrowMissingAsync(position - 1, cancellationToken);
        }
        try
        {
            var record = RedisLogEntry.Parse(entries[0]);
            return new LogChain(record.Position, record.Checksum, record.Epoch);
        }
        catch (FormatException damage)
        {
            throw RedisLogEntry.Corrupt(_keys, entries[0].Id, $"is damaged: {damage.Message}", damage);
        }
    }

    /// <summary>Says why an entry is not there: a truncation took it, or it is lost.</summary>
    private async Task ThrowMissingAsync(long position, CancellationToken cancellationToken)
    {
        var state = await ReadStateAsync(cancellationToken);
        throw position < state.First ? Truncated(position) : RedisLogEntry.Corrupt(_keys, RedisLogEntry.IdOf(position), "is missing");
    }

    private async Task<StreamEntry[]> PageAsync(long first, long last, int count, CancellationToken cancellationToken)
    {
        try
        {
            // From just behind the position before, to the last sequence number of the last: an entry that was put between two positions is seen too.
            return await _connection.Database.StreamRangeAsync(_keys.Stream, $"{first - 1}-1", last, count).WaitAsync(cancellationToken);
        }
        catch (Exception failure) when (RedisConnection.IsWrongType(failure))
        {
            throw new CorruptLogException($"redis key '{_keys.StreamName}' must be a stream: {failure.Message}", failure);
        }
        catch (Exception failure) when (RedisConnection.IsUnavailable(failure))
        {
            throw Unavailable(failure);
        }
    }

    private async Task<RedisLogState> ReadStateAsync(CancellationToken cancellationToken = default) =>
        RedisLogState.Parse(_keys, await EvaluateAsync(RedisLogScripts.State, [], cancellationToken));

    /// <summary>Runs a script that gives the state, and refuses a log whose stream does not have the entries that the state tells of.</summary>
    private async Task<RedisLogState> StateAsync(string script, RedisValue[] arguments, CancellationToken cancellationToken)
    {
        var state = RedisLogState.Parse(_keys, await EvaluateAsync(script, arguments, cancellationToken));
        return state.IsWhole ? state : throw await FindDamageAsync(state, cancellationToken);
    }

    private async Task<CorruptLogException> FindDamageAsync(RedisLogState state, CancellationToken cancellationToken)
    {
        foreach (var (first, last) in new[] { (1L, state.First - 1), (state.Last + 1, long.MaxValue) })
        {
            if (first <= last && await PageAsync(first, last, 1, cancellationToken) is [var stray, ..])
                return RedisLogEntry.Corrupt(_keys, stray.Id, $"is outside of positions {state.First} to {state.Last}, which '{_keys.Meta}' names");
        }
        try
        {
            await foreach (var _ in ReadRecordsAsync(state.First, cancellationToken))
            {
            }
        }
        catch (CorruptLogException damage)
        {
            return damage;
        }
        return new CorruptLogException($"redis stream '{_keys.StreamName}': {state.Entries} entries where positions {state.First} to {state.Last} must be");
    }

    private LogTruncatedException Truncated(long position) => new($"redis stream '{_keys.StreamName}': position {position} was truncated away");
}
