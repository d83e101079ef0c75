using StackExchange.Redis;

namespace Manifold.Storage;

/// <summary>One entry of the stream, as a record.</summary>
internal static class RedisLogEntry
{
    private const int Fields = 5;

    public static string IdOf(long position) => $"{position}-0";

    /// <summary>Whether an entry's id is that of a later position.</summary>
    public static bool IsBeyond(RedisValue id, long position) => long.TryParse(((string)id!).Split('-')[0], out var found) && found > position;

    /// <summary>Reads an entry and checks that it follows on the place before it.</summary>
    /// <exception cref="CorruptLogException">It is damaged or does not follow; names the stream and the entry.</exception>
    public static LogRecord Parse(RedisLogKeys keys, StreamEntry entry, LogChain before, out LogChain chain)
    {
        LogRecord record;
        ulong payloadChecksum;
        try
        {
            record = Parse(entry);
            payloadChecksum = RunningChecksum.OfPayload(record.Payload.Span);
        }
        catch (FormatException damage)
        {
            throw Corrupt(keys, entry.Id, $"is damaged: {damage.Message}", damage);
        }
        if (before.Fault(record.Epoch, record.Position, record.BatchId, record.Checksum, payloadChecksum) is { } fault)
            throw Corrupt(keys, entry.Id, fault);
        chain = new LogChain(record.Position, record.Checksum, record.Epoch);
        return record;
    }

    /// <summary>Reads an entry alone.</summary>
    /// <exception cref="FormatException">It is not one of this log's.</exception>
    public static LogRecord Parse(StreamEntry entry)
    {
        var id = ((string)entry.Id!).Split('-');
        if (id is not [var position, "0"])
            throw new FormatException("its id is not a position");
        var values = entry.Values;
        if (values.Length != Fields || values[0].Name != "e" || values[1].Name != "b" || values[2].Name != "s" || values[3].Name != "n" || values[4].Name != "p")
            throw new FormatException("its fields are not e, b, s, n, p");
        var batch = (byte[])values[1].Value!;
        if (batch.Length != 16)
            throw new FormatException($"its batch id has {batch.Length} bytes, not 16");
        return new LogRecord(
            RedisLogState.Number(values[0].Value, 0), RedisLogState.Number(position, 0), new Guid(batch, bigEndian: true),
            RedisLogState.Sum64(values[2].Value), (ReadOnlyMemory<byte>)values[4].Value);
    }

    public static CorruptLogException Corrupt(RedisLogKeys keys, RedisValue id, string damage, Exception? cause = null) =>
        new($"redis stream '{keys.StreamName}': entry {id} {damage}", cause);
}
