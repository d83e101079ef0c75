using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Manifold.Index;

namespace Manifold.Shards;

/// <summary>
/// Encodes writes to one shard as they stand in its log: a version byte, the writer (length, UTF-8) and its sequence number, the number of
/// operations, then each as a kind byte and its body (an <see cref="ItemCodec"/> item, or the length and UTF-8 bytes of an id).
/// All numbers are little-endian. Not safe for concurrent use.
/// </summary>
public sealed class WriteBatchBuilder
{
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly int _countOffset;
    private int _count;

    /// <param name="writer">The writer's identity, at most 64 bytes of UTF-8; empty for a write without one.</param>
    /// <param name="sequence">The writer's sequence number, from 1; ignored without a writer.</param>
    public WriteBatchBuilder(string writer = "", long sequence = 0)
    {
        var name = Encoding.UTF8.GetBytes(writer);
        if (name.Length > WriteBatch.MaxWriterBytes)
        {
            throw new ArgumentException($"a writer's name has at most {WriteBatch.MaxWriterBytes} bytes; this one has {name.Length}", nameof(writer));
        }
        if (name.Length > 0 && sequence < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(sequence), sequence, "sequence numbers start at 1");
        }
        var header = _buffer.GetSpan(2 + name.Length + 12);
        header[0] = WriteBatch.Version;
        header[1] = (byte)name.Length;
        name.CopyTo(header[2..]);
        BinaryPrimitives.WriteInt64LittleEndian(header[(2 + name.Length)..], name.Length > 0 ? sequence : 0);
        _countOffset = 2 + name.Length + 8;
        _buffer.Advance(_countOffset + 4);
    }

    /// <summary>Operations so far.</summary>
    public int Count => _count;

    /// <summary>Adds an insert or replacement. The item must have been validated and its cosine vectors normalised.</summary>
    public void Upsert(Item item) => Write(WriteKind.Upsert, item);

    /// <summary>Adds a deletion; an id that is not there is no error.</summary>
    public void Delete(string id) => Write(WriteKind.Delete, id);

    /// <summary>Adds an item whose attributes were changed, as it is now.</summary>
    internal void Update(Item item) => Write(WriteKind.Update, item);

    /// <summary>Adds an item whose attributes could not be changed.</summary>
    internal void Skip(string id) => Write(WriteKind.Skip, id);

    /// <summary>The encoded batch. The builder must not be used afterwards.</summary>
    public byte[] ToArray()
    {
        var bytes = _buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(_countOffset), _count);
        return bytes;
    }

    /// <summary>The part of an encoded batch that is of one shard, under the same writer and number.</summary>
    /// <returns>The batch, or <c>null</c> where none of its items is of the shard.</returns>
    public static byte[]? SelectShard(ReadOnlySpan<byte> batch, int shard, int shardCount) => WriteBatch.SelectShard(batch, shard, shardCount, null);

    private void Write(WriteKind kind, Item item)
    {
        _buffer.Write([(byte)kind]);
        ItemCodec.Write(item, _buffer);
        _count++;
    }

    private void Write(WriteKind kind, string id)
    {
        var bytes = Encoding.UTF8.GetBytes(id);
        var span = _buffer.GetSpan(3 + bytes.Length);
        span[0] = (byte)kind;
        BinaryPrimitives.WriteUInt16LittleEndian(span[1..], checked((ushort)bytes.Length));
        bytes.CopyTo(span[3..]);
        _buffer.Advance(3 + bytes.Length);
        _count++;
    }
}
