using System.Diagnostics;
using System.Globalization;
using StackExchange.Redis;

namespace Manifold.Storage;

/// <summary>Records of one lead that go to Redis in one call of the append script.</summary>
internal sealed class RedisAppendCall(RedisLead lead, List<RedisAppend> records)
{
    public RedisLead Lead => lead;

    public List<RedisAppend> Records => records;

    /// <summary>When it was sent last, as a timestamp of <see cref="Stopwatch"/>.</summary>
    public long Sent { get; private set; }

    /// <summary>The answer, once sent. Await <see cref="OutcomeAsync"/> instead, which does not throw.</summary>
    public Task<RedisResult> Reply { get; private set; } = Task.FromException<RedisResult>(new InvalidOperationException("not sent"));

    /// <summary>Sends the call; the order of calls is the order of sending.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="keys">The log's keys.</param>
    /// <param name="whole">With the script's text instead of its hash, for a server that may not know it.</param>
    public void Send(RedisConnection connection, RedisLogKeys keys, bool whole)
    {
        Sent = Stopwatch.GetTimestamp();
        try
        {
            Reply = whole
                ? connection.Database.ScriptEvaluateAsync(RedisLogScripts.Append, keys.Both, Arguments())
                : connection.Database.ScriptEvaluateAsync(RedisLogScripts.AppendHash, keys.Both, Arguments());
        }
        catch (Exception failure)
        {
            Reply = Task.FromException<RedisResult>(failure);
        }
    }

    public async Task<RedisAppendOutcome> OutcomeAsync()
    {
        try
        {
            var fields = (RedisValue[])(await Reply)!;
            var number = RedisLogState.Number(fields[1], 0);
            return (int)fields[0] switch
            {
                RedisLogScripts.Done => new RedisAppendOutcome(RedisAppendOutcomeKind.Written, number),
                RedisLogScripts.OtherPosition => new RedisAppendOutcome(RedisAppendOutcomeKind.OtherPosition, number),
                _ => new RedisAppendOutcome(RedisAppendOutcomeKind.OtherLead, number, (byte[])fields[2]!),
            };
        }
        catch (RedisServerException unknown) when (unknown.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            return new RedisAppendOutcome(RedisAppendOutcomeKind.UnknownScript);
        }
        catch (Exception failure)
        {
            return new RedisAppendOutcome(RedisAppendOutcomeKind.Failed, Failure: failure);
        }
    }

    private RedisValue[] Arguments()
    {
        var arguments = new RedisValue[3 + (records.Count * 5)];
        arguments[0] = Text(lead.Epoch);
        arguments[1] = lead.LogId;
        arguments[2] = Text(records[0].Position - 1);
        for (var i = 0; i < records.Count; i++)
        {
            var record = records[i];
            var at = arguments.AsSpan(3 + (i * 5), 5);
            at[0] = Text(record.Position);
            at[1] = record.BatchId.ToByteArray(bigEndian: true);
            at[2] = RedisLogState.Bytes64(record.Checksum);
            at[3] = Text(record.Bytes);
            at[4] = record.Payload;
        }
        return arguments;
    }

    private static RedisValue Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
