using System.Runtime.InteropServices;

namespace Manifold.Index;

/// <summary>Gathers the values of one attribute, row by row, for an <see cref="AttributeColumn"/>: 4 to 16 bytes a value, beside distinct texts.</summary>
internal sealed class AttributeColumnBuilder
{
    /// <summary>How many kinds there are.</summary>
    public static readonly int KindCount = Enum.GetValues<ColumnKind>().Length;

    private readonly List<int>[] _rows = [.. Enumerable.Range(0, KindCount).Select(_ => new List<int>())];
    private readonly TextDictionaryBuilder _texts = new();
    private readonly List<long> _numbers = [];
    private readonly List<long> _times = [];
    private readonly List<(double Latitude, double Longitude, int Row)> _points = [];

    /// <summary>Adds the value of a row. Rows come in ascending order.</summary>
    /// <exception cref="InvalidDataException">The value is malformed.</exception>
    public void Add(int row, AttributeKind kind, ReadOnlySpan<byte> payload)
    {
        var value = new ByteReader(payload);
        switch (kind)
        {
            case AttributeKind.String:
                _texts.Add(payload, row);
                Add(ColumnKind.String, row);
                break;
            case AttributeKind.Number:
                _numbers.Add(SortedColumn.KeyOf(BitConverter.Int64BitsToDouble(value.ReadInt64())));
                Add(ColumnKind.Number, row);
                break;
            case AttributeKind.Bool:
                Add(value.ReadByte() != 0 ? ColumnKind.True : ColumnKind.False, row);
                break;
            case AttributeKind.Time:
                _times.Add(value.ReadInt64());
                Add(ColumnKind.Time, row);
                break;
            case AttributeKind.StringList:
                while (value.Remaining > 0) _texts.Add(value.ReadBlock(), row);
                Add(ColumnKind.StringList, row);
                break;
            case AttributeKind.GeoPoint:
                _points.Add((BitConverter.Int64BitsToDouble(value.ReadInt64()), BitConverter.Int64BitsToDouble(value.ReadInt64()), row));
                Add(ColumnKind.GeoPoint, row);
                break;
            default:
                throw new InvalidDataException($"Attribute kind {(byte)kind} is unknown.");
        }
    }

    /// <summary>The sections of the column.</summary>
    public IEnumerable<IndexSection> ToSections(string name)
    {
        var kinds = new RowSetTableBuilder(KindCount);
        for (var kind = 0; kind < KindCount; kind++) kinds.Set(kind, CollectionsMarshal.AsSpan(_rows[kind]));
        return
        [
            kinds.ToSection(SectionKind.KindRows, name),
            .. _texts.ToSections(name),
            .. Sorted(_numbers, ColumnKind.Number, SectionKind.NumberKeys, SectionKind.NumberRows),
            .. Sorted(_times, ColumnKind.Time, SectionKind.TimeKeys, SectionKind.TimeRows),
            .. PointsOf(name),
        ];

        IndexSection[] Sorted(List<long> values, ColumnKind kind, SectionKind keySection, SectionKind rowSection)
        {
            if (values.Count == 0) return [];
            long[] keys = [.. values];
            int[] rows = [.. _rows[(int)kind]];
            Array.Sort(keys, rows);
            for (int from = 0, to; from < keys.Length; from = to)
            {
                for (to = from + 1; to < keys.Length && keys[to] == keys[from];) to++;
                rows.AsSpan(from, to - from).Sort(); // the sort above is not stable
            }

            return [IndexSection.Of<long>(keySection, name, keys), IndexSection.Of<int>(rowSection, name, rows)];
        }
    }

    private IndexSection[] PointsOf(string name)
    {
        if (_points.Count == 0) return [];
        var sorted = _points.ToArray();
        Array.Sort(sorted);
        return
        [
            IndexSection.Of<double>(SectionKind.GeoLatitudes, name, Array.ConvertAll(sorted, point => point.Latitude)),
            IndexSection.Of<double>(SectionKind.GeoLongitudes, name, Array.ConvertAll(sorted, point => point.Longitude)),
            IndexSection.Of<int>(SectionKind.GeoRows, name, Array.ConvertAll(sorted, point => point.Row)),
        ];
    }

    private void Add(ColumnKind kind, int row) => _rows[(int)kind].Add(row);
}
