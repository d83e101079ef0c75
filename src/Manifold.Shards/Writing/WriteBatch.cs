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

    private readonly ReadOnlySpan<byte> _operations;

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
        _operations = bytes[(14 + bytes[1])..];
    }

    /// <summary>The writer's UTF-8 name; empty for a write without one.</summary>
    public ReadOnlySpan<byte> Writer { get; }

    public long Sequence { get; }

    public int Count { get; }

    public string WriterName => Encoding.UTF8.GetString(Writer);

    /// <summary>
    /// XXH3-64 over the kind and id of each operation: tells a repetition from another batch under the same sequence number. The vectors are left out,
    /// since encoding the same content again need not give the same bits; and whether an item could be changed, since that may differ at the repetition.
    /// </summary>
    public ulong GetIdentity()
    {
        var hash = new XxHash3();
        var rest = _operations;
        for (var i = 0; i < Count; i++)
        {
            var id = ReadOperation(ref rest, out var kind, out _);
            kind = kind == WriteKind.Skip ? WriteKind.Update : kind;
            hash.Append([(byte)kind, (byte)id.Length, (byte)(id.Length >> 8)]);
            hash.Append(id);
        }
        return hash.GetCurrentHashAsUInt64();
    }

    /// <summary>Reads every operation without applying it.</summary>
    /// <exception cref="InvalidDataException">The batch is malformed, or a vector does not have its space's dimension.</exception>
    public void Validate(IReadOnlyList<SpaceSchema> spaces)
    {
        if (Count < 1)
        {
            throw new InvalidDataException($"a write batch of {Count} operations");
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
                case WriteKind.Skip:
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
            if (kind != WriteKind.Skip && ids.Contains(text[..Encoding.UTF8.GetChars(id, text)]))
            {
                return true;
            }
        }
        return false;
    }

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
    /// <returns>The id of its item.</returns>
    private static ReadOnlySpan<byte> ReadOperation(ref ReadOnlySpan<byte> rest, out WriteKind kind, out ItemView item)
    {
        kind = ReadKind(ref rest);
        item = kind is WriteKind.Delete or WriteKind.Skip ? default : ReadItem(ref rest);
        return kind is WriteKind.Delete or WriteKind.Skip ? ReadId(ref rest) : item.Id;
    }

    private static WriteKind ReadKind(ref ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty || (WriteKind)rest[0] is < WriteKind.Upsert or > WriteKind.Skip)
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
