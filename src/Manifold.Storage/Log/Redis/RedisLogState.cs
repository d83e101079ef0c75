using System.Buffers.Binary;
using System.Globalization;
using StackExchange.Redis;

namespace Manifold.Storage;

/// <summary>What the meta hash says of a log, and how many entries its stream has.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="First">The first position that is kept.</param>
/// <param name="Last">The last position.</param>
/// <param name="Sum">The running checksum through it.</param>
/// <param name="Bytes">Bytes of all payloads that were ever appended.</param>
/// <param name="Freed">Bytes of those that were truncated.</param>
/// <param name="Id">A random name that the log got when it was made; empty for a log that nobody ever led.</param>
/// <param name="Cut">The place before <paramref name="First"/>: what the first record must follow on.</param>
/// <param name="Entries">How many entries the stream has.</param>
internal sealed record RedisLogState(
    long Epoch, long First, long Last, ulong Sum, long Bytes, long Freed, byte[] Id, LogChain Cut, long Entries)
{
    /// <summary>Whether the stream has as many entries as there are positions.</summary>
    public bool IsWhole => Entries == Last - First + 1;

    public LogLead Lead => new(Epoch, First, Last, Sum);

    /// <summary>Reads the answer of the state and lead scripts.</summary>
    /// <exception cref="CorruptLogException">A field is not what it must be.</exception>
    public static RedisLogState Parse(RedisLogKeys keys, RedisResult result)
    {
        var fields = (RedisValue[])result!;
        try
        {
            var first = Number(fields[1], 1);
            return new RedisLogState(
                Number(fields[0], 0), first, Number(fields[2], 0), Sum64(fields[3]), Number(fields[4], 0), Number(fields[5], 0),
                (byte[]?)fields[6] ?? [], new LogChain(first - 1, Sum64(fields[7]), Number(fields[8], 0)), Number(fields[9], 0));
        }
        catch (FormatException damage)
        {
            throw new CorruptLogException($"redis key '{keys.Meta}': a field of the log's state is damaged: {damage.Message}", damage);
        }
    }

    /// <summary>A running checksum as stored: 8 bytes, little-endian; 0 where there is none.</summary>
    public static ulong Sum64(RedisValue value)
    {
        if (value.IsNull)
            return 0;
        var bytes = (byte[])value!;
        return bytes.Length == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : throw new FormatException($"a checksum has {bytes.Length} bytes, not 8");
    }

    public static RedisValue Bytes64(ulong sum)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, sum);
        return bytes;
    }

    public static long Number(RedisValue value, long absent)
    {
        if (value.IsNull)
            return absent;
        return long.TryParse((string?)value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 1L << 53
            ? number
            : throw new FormatException("a number is not one, or is out of range");
    }
}
