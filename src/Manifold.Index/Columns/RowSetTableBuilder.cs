using System.Buffers;
using System.Runtime.CompilerServices;

namespace Manifold.Index;

/// <summary>Gathers row sets for a <see cref="RowSetTable"/>. Holds them in their stored form.</summary>
/// <param name="count">How many sets there will be.</param>
internal sealed class RowSetTableBuilder(int count)
{
    private readonly RowSetTable.Entry[] _entries = new RowSetTable.Entry[count];
    private readonly ArrayBufferWriter<byte> _sets = new();

    /// <summary>Gives a set its rows, ascending and each once. Sets that get none are empty.</summary>
    public void Set(int index, ReadOnlySpan<int> rows)
    {
        if (rows.IsEmpty) return;
        if (rows.Length == 1)
        {
            _entries[index] = new(rows[0], 1, 0);
            return;
        }

        var place = _sets.WrittenCount;
        RowSetFormat.Write(rows, _sets);
        _entries[index] = new(sizeof(long) + ((long)_entries.Length * Unsafe.SizeOf<RowSetTable.Entry>()) + place, rows.Length, _sets.WrittenCount - place);
    }

    public IndexSection ToSection(SectionKind kind, string name) => new(
        kind,
        name,
        sizeof(long) + ((long)_entries.Length * Unsafe.SizeOf<RowSetTable.Entry>()) + _sets.WrittenCount,
        stream =>
        {
            stream.Write((long)_entries.Length);
            stream.WriteAll<RowSetTable.Entry>(_entries);
            stream.WriteAll(_sets.WrittenSpan);
        });
}
