using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Manifold.Index;

/// <summary>Gathers the texts of one attribute, row by row, for a <see cref="TextDictionary"/>: 8 bytes an occurrence, and each distinct text once with about 32 bytes.</summary>
internal sealed class TextDictionaryBuilder
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly List<Text> _texts = [];
    private readonly List<(int Text, int Row)> _occurrences = [];

    // Open addressing over the texts: number + 1; 0 is free. At most half of the slots are taken.
    private int[] _slots = new int[64];

    /// <summary>Adds a text of a row. Rows come in ascending order; a text that its row has already counts once.</summary>
    public void Add(ReadOnlySpan<byte> text, int row)
    {
        var hash = XxHash3.HashToUInt64(text);
        ref var slot = ref FindSlot(hash, text);
        if (slot == 0)
        {
            if ((_texts.Count + 1) * 2 > _slots.Length)
            {
                Grow();
                slot = ref FindSlot(hash, text);
            }

            _texts.Add(new Text(hash, _bytes.WrittenCount, text.Length, 0, -1));
            _bytes.Write(text);
            slot = _texts.Count;
        }

        ref var found = ref CollectionsMarshal.AsSpan(_texts)[slot - 1];
        if (found.LastRow == row) return;
        found = found with { Rows = found.Rows + 1, LastRow = row };
        _occurrences.Add((slot - 1, row));
    }

    /// <summary>The sections of the dictionary; none if there was no text.</summary>
    public IEnumerable<IndexSection> ToSections(string name)
    {
        if (_texts.Count == 0) return [];
        var order = Sort();
        var offsets = new ulong[order.Length + 1];
        for (var i = 0; i < order.Length; i++) offsets[i + 1] = offsets[i] + (ulong)_texts[order[i]].Length;
        return
        [
            IndexSection.Of<ulong>(SectionKind.TextOffsets, name, offsets),
            new(SectionKind.TextBytes, name, (long)offsets[^1], stream =>
            {
                foreach (var text in order) stream.Write(Bytes(_texts[text]));
            }),
            GroupRows(order).ToSection(SectionKind.TextRows, name),
        ];
    }

    /// <summary>The texts' numbers in the order of their bytes.</summary>
    private int[] Sort()
    {
        var keys = new ulong[_texts.Count];
        var order = new int[_texts.Count];
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        for (var i = 0; i < order.Length; i++)
        {
            var text = Bytes(_texts[i]);
            prefix.Clear();
            text[..Math.Min(text.Length, prefix.Length)].CopyTo(prefix);
            (keys[i], order[i]) = (BinaryPrimitives.ReadUInt64BigEndian(prefix), i);
        }

        // By their first 8 bytes as a number; then those that share them.
        Array.Sort(keys, order);
        for (int from = 0, to; from < order.Length; from = to)
        {
            for (to = from + 1; to < order.Length && keys[to] == keys[from];) to++;
            if (to - from > 1) order.AsSpan(from, to - from).Sort((a, b) => Bytes(_texts[a]).SequenceCompareTo(Bytes(_texts[b])));
        }

        return order;
    }

    private RowSetTableBuilder GroupRows(int[] order)
    {
        var next = new int[order.Length];
        for (int i = 0, place = 0; i < next.Length; i++) (next[i], place) = (place, place + _texts[i].Rows);
        var rows = new int[_occurrences.Count];
        foreach (var (text, row) in _occurrences) rows[next[text]++] = row;
        var table = new RowSetTableBuilder(order.Length);
        for (var i = 0; i < order.Length; i++) table.Set(i, rows.AsSpan(next[order[i]] - _texts[order[i]].Rows, _texts[order[i]].Rows));
        return table;
    }

    private ref int FindSlot(ulong hash, ReadOnlySpan<byte> text)
    {
        for (var slot = (int)hash & (_slots.Length - 1); ; slot = (slot + 1) & (_slots.Length - 1))
        {
            if (_slots[slot] == 0) return ref _slots[slot];
            var known = _texts[_slots[slot] - 1];
            if (known.Hash == hash && Bytes(known).SequenceEqual(text)) return ref _slots[slot];
        }
    }

    private void Grow()
    {
        _slots = new int[_slots.Length * 2];
        for (var i = 0; i < _texts.Count; i++)
        {
            var slot = (int)_texts[i].Hash & (_slots.Length - 1);
            while (_slots[slot] != 0) slot = (slot + 1) & (_slots.Length - 1);
            _slots[slot] = i + 1;
        }
    }

    private ReadOnlySpan<byte> Bytes(in Text text) => _bytes.WrittenSpan.Slice(text.Start, text.Length);

    private readonly record struct Text(ulong Hash, int Start, int Length, int Rows, int LastRow);
}
