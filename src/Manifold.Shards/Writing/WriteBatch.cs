using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Manifold.Index;

namespace Manifold.Shards;

/// <summary>Reads what <see cref="WriteBatchBuilder"/> wrote, checking every length.</summary>
internal readonly ref struct WriteBatch
{
    public const byte Version = 1;
    public const int MaxWriterBytes = 64;

    private const int ControlBytes = 9;

    private readonly ReadOnlySpan<byte> _operations;
    private readonly ReadOnlySpan<byte> _controlBytes;

    /// <exception cref="InvalidDataException">The header is malformed.</exception>
    public WriteBatch(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 14 || bytes[0] != Version || bytes[1] > MaxWriterBytes || bytes.Length < 14 + bytes[1])
        {
            throw new InvalidDataException(bytes.Length > 0 && bytes[0] != Version
                ? $"a write batch of version {bytes[0]}; this build reads version {Version}"
                : "a write batch with a malformed header");
        }
        Writer = bytes.Slice(2, bytes[1]);
        Sequence = BinaryPrimitives.ReadInt64LittleEndian(bytes[(2 + bytes[1])..]);
        Count = BinaryPrimitives.ReadInt32LittleEndian(bytes[(10 + bytes[1])..]);
        _operations = bytes[HeaderBytes(bytes)..];
        if (_operations is [var kind, ..] && IsControl((WriteKind)kind))
        {
            var rest = _operations;
            Control = ReadKind(ref rest);
            ControlValue = ReadValue(ref rest);
            _controlBytes = Control == WriteKind.Schema ? ReadBytes(ref rest) : default;
        }
    }

    /// <summary>The writer's UTF-8 name; empty for a write without one.</summary>
    public ReadOnlySpan<byte> Writer { get; }

    public long Sequence { get; }

    public int Count { get; }

    /// <summary>What the batch says of the shard itself: its first operation; <c>null</c> for one of items alone.</summary>
    public WriteKind? Control { get; }

    /// <summary>The value of <see cref="Control"/>.</summary>
    public long ControlValue { get; }

    /// <summary>The schema of a batch whose <see cref="Control"/> is <see cref="WriteKind.Schema"/>.</summary>
    /// <exception cref="InvalidDataException">It is malformed.</exception>
    public ShardSchema ReadSchema() => ShardSchema.Decode(ControlValue, _controlBytes);

    public string WriterName => Encoding.UTF8.GetString(Writer);

    /// <summary>
    /// XXH3-64 over the kind and id of each operation on an item: tells a repetition from another batch under the same sequence number. The vectors are left out,
    /// since encoding the same content again need not give the same bits; and whether an item could be changed, since that may differ at the repetition.
    /// </summary>
    public ulong GetIdentity()
    {
        var hash = new XxHash3();
        var rest = _operations;
        for (var i = 0; i < Count; i++)
        {
            var id = ReadOperation(ref rest, out var kind, out _);
            if (IsControl(kind))
            {
                continue;
            }
            kind = kind == WriteKind.Skip ? WriteKind.Update : kind;
            hash.Append([(byte)kind, (byte)id.Length, (byte)(id.Length >> 8)]);
            hash.Append(id);
        }
        return hash.GetCurrentHashAsUInt64();
    }

    /// <summary>Reads every operation of a batch of items without applying it.</summary>
    /// <exception cref="InvalidDataException">The batch is malformed, says something of the shard itself, or a vector does not have its space's dimension.</exception>
    public void Validate(IReadOnlyList<SpaceSchema> spaces)
    {
        if (Count < 1)
        {
            throw new InvalidDataException($"a write batch of {Count} operations");
        }
        if (Control is { } control)
        {
            throw new InvalidDataException($"a write batch of kind {control}, which is the shard's own");
        }
        var rest = _operations;
        for (var i = 0; i < Count; i++)
        {
            ReadOperation(ref rest, out var kind, out var item);
            if (kind is WriteKind.Delete or WriteKind.Skip)
            {
                continue;
            }
            var vectors = 0;
            foreach (var vector in item.Vectors)
            {
                CheckVector(vector, spaces, i);
                vectors++;
            }
            if (vectors == 0)
            {
                throw new InvalidDataException($"operation {i}: the item has no vector");
            }
        }
        if (!rest.IsEmpty)
        {
            throw new InvalidDataException($"{rest.Length} bytes follow the last operation of a write batch");
        }
    }

    /// <summary>Applies every operation in order. The batch must be a valid one.</summary>
    public void ApplyTo(IndexWriter index)
    {
        var rest = _operations;
        for (var i = 0; i < Count; i++)
        {
            var id = ReadOperation(ref rest, out var kind, out var item);
            switch (kind)
            {
                case WriteKind.Delete:
                    index.Delete(id);
                    break;
                case WriteKind.Skip or WriteKind.Split or WriteKind.Inherit or WriteKind.InheritLast or WriteKind.Schema:
                    break;
                default:
                    index.Upsert(item);
                    break;
            }
        }
    }

    /// <summary>Whether an operation touches one of these ids.</summary>
    public bool Touches(HashSet<string>.AlternateLookup<ReadOnlySpan<char>> ids)
    {
        Span<char> text = stackalloc char[Item.MaxIdBytes];
        var rest = _operations;
        for (var i = 0; i < Count; i++)
        {
            var id = ReadOperation(ref rest, out var kind, out _);
            if (kind != WriteKind.Skip && !IsControl(kind) && ids.Contains(text[..Encoding.UTF8.GetChars(id, text)]))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The part of a batch that is of one shard: the same writer and number, and the operations on its items.</summary>
    /// <param name="bytes">The batch.</param>
    /// <param name="shard">The shard's number.</param>
    /// <param name="shardCount">Of how many.</param>
    /// <param name="inherited">The position to say that it has inherited, for <see cref="WriteKind.Inherit"/>; <c>null</c> for none.</param>
    /// <returns>The batch, or <c>null</c> where no operation is of the shard.</returns>
    public static byte[]? SelectShard(ReadOnlySpan<byte> bytes, int shard, int shardCount, long? inherited)
    {
        var batch = new WriteBatch(bytes);
        var header = HeaderBytes(bytes);
        var selected = new ArrayBufferWriter<byte>(bytes.Length + ControlBytes);
        selected.Write(bytes[..header]);
        if (inherited is { } position)
        {
            WriteControl(selected, WriteKind.Inherit, position);
        }
        var count = 0;
        var rest = batch._operations;
        for (var i = 0; i < batch.Count; i++)
        {
            var before = rest;
            var id = ReadOperation(ref rest, out var kind, out _);
            if (!IsControl(kind) && ShardHash.ShardOf(id, shardCount) == shard)
            {
                selected.Write(before[..(before.Length - rest.Length)]);
                count++;
            }
        }
        if (count == 0)
        {
            return null;
        }
        var result = selected.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(result.AsSpan(header - 4), inherited is null ? count : count + 1);
        return result;
    }

    /// <summary>A batch without a writer that says something of the shard itself.</summary>
    public static byte[] OfControl(WriteKind kind, long value)
    {
        var batch = new ArrayBufferWriter<byte>();
        ReadOnlySpan<byte> header = [Version, 0, /* sequence */ 0, 0, 0, 0, 0, 0, 0, 0, /* count */ 1, 0, 0, 0];
        batch.Write(header);
        WriteControl(batch, kind, value);
        return batch.WrittenSpan.ToArray();
    }

    /// <summary>A batch that says which spaces the shard has from here.</summary>
    public static byte[] OfSchema(ShardSchema schema)
    {
        var spaces = schema.EncodeSpaces();
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, spaces.Length);
        return [.. OfControl(WriteKind.Schema, schema.Version), .. length, .. spaces];
    }

    private static void WriteControl(ArrayBufferWriter<byte> output, WriteKind kind, long value)
    {
        var span = output.GetSpan(ControlBytes);
        span[0] = (byte)kind;
        BinaryPrimitives.WriteInt64LittleEndian(span[1..], value);
        output.Advance(ControlBytes);
    }

    private static bool IsControl(WriteKind kind) => kind is WriteKind.Split or WriteKind.Inherit or WriteKind.InheritLast or WriteKind.Schema;

    private static int HeaderBytes(ReadOnlySpan<byte> bytes) => 14 + bytes[1];

    private static void CheckVector(ItemVectors.Entry vector, IReadOnlyList<SpaceSchema> spaces, int operation)
    {
        Span<byte> name = stackalloc byte[SpaceSchema.MaxNameBytes];
        foreach (var space in spaces)
        {
            if (!vector.Space.SequenceEqual(name[..Encoding.UTF8.GetBytes(space.Name, name)]))
            {
                continue;
            }
            if (!vector.Fits(space))
            {
                throw new InvalidDataException(
                    $"operation {operation}: the vector in space \"{space.Name}\" has {vector.Values.Length} dimensions and {vector.Places.Length} places, the space {space.Dimension}");
            }
            if (!VectorMath.IsFinite(vector.Values))
            {
                throw new InvalidDataException($"operation {operation}: the vector in space \"{space.Name}\" has a component that is not a finite number");
            }
            return;
        }
        throw new InvalidDataException($"operation {operation}: the shard has no space \"{Encoding.UTF8.GetString(vector.Space)}\"");
    }

    /// <summary>Reads the next operation.</summary>
    /// <returns>The id of its item; empty for one on the shard itself.</returns>
    private static ReadOnlySpan<byte> ReadOperation(ref ReadOnlySpan<byte> rest, out WriteKind kind, out ItemView item)
    {
        kind = ReadKind(ref rest);
        item = default;
        switch (kind)
        {
            case WriteKind.Delete or WriteKind.Skip:
                return ReadId(ref rest);
            case WriteKind.Split or WriteKind.Inherit or WriteKind.InheritLast:
                ReadValue(ref rest);
                return default;
            case WriteKind.Schema:
                ReadValue(ref rest);
                ReadBytes(ref rest);
                return default;
            default:
                item = ReadItem(ref rest);
                return item.Id;
        }
    }

    private static long ReadValue(ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 8)
        {
            throw new InvalidDataException("a write batch that ends early");
        }
        var value = BinaryPrimitives.ReadInt64LittleEndian(rest);
        rest = rest[8..];
        return value;
    }

    private static ReadOnlySpan<byte> ReadBytes(scoped ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length < sizeof(int) || BinaryPrimitives.ReadInt32LittleEndian(rest) is var length && (length < 0 || length > rest.Length - sizeof(int)))
        {
            throw new InvalidDataException("a write batch that ends early");
        }
        var bytes = rest.Slice(sizeof(int), length);
        rest = rest[(sizeof(int) + length)..];
        return bytes;
    }

    private static WriteKind ReadKind(ref ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty || (WriteKind)rest[0] is < WriteKind.Upsert or > WriteKind.Schema)
        {
            throw new InvalidDataException(rest.IsEmpty ? "a write batch that ends early" : $"a write of unknown kind {rest[0]}");
        }
        var kind = (WriteKind)rest[0];
        rest = rest[1..];
        return kind;
    }

    private static ItemView ReadItem(ref ReadOnlySpan<byte> rest)
    {
        var item = ItemView.Read(rest, out var consumed);
        rest = rest[consumed..];
        return item;
    }

    private static ReadOnlySpan<byte> ReadId(ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 2 || rest.Length < 2 + BinaryPrimitives.ReadUInt16LittleEndian(rest))
        {
            throw new InvalidDataException("a write batch that ends early");
        }
        var length = BinaryPrimitives.ReadUInt16LittleEndian(rest);
        var id = rest.Slice(2, length);
        rest = rest[(2 + length)..];
        return id;
    }
}
