using System.Runtime.InteropServices;

namespace Manifold.Index;

/// <summary>Which attributes of a segment get columns, and how many values each of them has. One pass over the rows.</summary>
internal sealed class ColumnCensus
{
    /// <summary>Most attributes with columns: far above what a schema has, and it bounds the table of sections where every item brings names of its own.</summary>
    public const int MaxAttributes = 1024;

    /// <summary>Most names that are counted; the first ones met.</summary>
    private const int MaxCounted = 64 * 1024;

    /// <summary>Most values of one attribute, elements of lists counted one by one: its columns stay under 2 GiB.</summary>
    private const long MaxValues = 1 << 26;

    /// <summary>Most bytes of texts of one attribute, for the same reason.</summary>
    private const long MaxTextBytes = 1 << 30;

    private const int CancellationRows = 4096;

    private ColumnCensus(IReadOnlyList<Attribute> attributes, int leftOut) => (Attributes, LeftOut) = (attributes, leftOut);

    /// <summary>Those that get columns, in the order of their names' UTF-8 bytes.</summary>
    public IReadOnlyList<Attribute> Attributes { get; }

    /// <summary>How many attributes get none: the rarest beyond <see cref="MaxAttributes"/>, and those with too many values.</summary>
    public int LeftOut { get; }

    /// <exception cref="CorruptSegmentException">The attributes of a row are damaged.</exception>
    public static ColumnCensus Take(Segment segment, CancellationToken cancellationToken)
    {
        var counted = new Dictionary<byte[], Attribute>(Utf8Comparer.Instance);
        var bySpan = counted.GetAlternateLookup<ReadOnlySpan<byte>>();
        var leftOut = 0;
        for (var row = 0; row < segment.RowCount; row++)
        {
            if (row % CancellationRows == 0) cancellationToken.ThrowIfCancellationRequested();
            var cursor = new AttributeCursor(segment.GetEncodedAttributes(row));
            try
            {
                while (cursor.MoveNext())
                {
                    if (cursor.Name.Length is < 1 or > Manifold.Index.Attributes.MaxNameBytes) continue; // no filter can name it
                    ref var attribute = ref CollectionsMarshal.GetValueRefOrNullRef(bySpan, cursor.Name);
                    if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref attribute))
                    {
                        if (counted.Count == MaxCounted)
                        {
                            leftOut = 1; // at least; more cannot be told without counting them
                            continue;
                        }

                        var name = cursor.Name.ToArray();
                        counted.Add(name, new Attribute(name, 0, 0));
                        attribute = ref CollectionsMarshal.GetValueRefOrNullRef(bySpan, cursor.Name);
                    }

                    var values = 1L;
                    if (cursor.Kind == AttributeKind.StringList)
                        for (var list = new ByteReader(cursor.Value); list.Remaining > 0; values++) list.ReadBlock();
                    attribute = attribute with { Values = attribute.Values + values, Bytes = attribute.Bytes + cursor.Value.Length };
                }
            }
            catch (InvalidDataException malformed)
            {
                throw segment.DamagedAttributes(row, malformed);
            }
        }

        var kept = counted.Values
            .Where(attribute => attribute.Values <= MaxValues && attribute.Bytes <= MaxTextBytes)
            .OrderByDescending(attribute => attribute.Values)
            .ThenBy(attribute => attribute.Name, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)))
            .Take(MaxAttributes)
            .ToArray();
        Array.Sort(kept, (a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
        return new ColumnCensus(kept, counted.Count - kept.Length + leftOut);
    }

    /// <param name="Name">UTF-8.</param>
    /// <param name="Values">Rows that have it, and the elements of their lists.</param>
    /// <param name="Bytes">Of all payloads.</param>
    internal readonly record struct Attribute(byte[] Name, long Values, long Bytes);
}
