namespace Manifold.Index;

/// <summary>
/// Finds the newest row of an id in a growing segment: open addressing with linear probing over row numbers. One writer, readers without
/// locks. A slot names the newest row of its id; older rows of the id hang on it by <see cref="RowEntry.Previous"/>, so that a reader of an
/// older view walks back to a row it can see.
/// </summary>
internal sealed class IdTable(GrowingSegment segment)
{
    private const int InitialSlots = 64;

    // Row + 1; 0 is free. At most half of the slots are taken.
    private int[] _slots = new int[InitialSlots];
    private int _taken;

    /// <summary>The newest row of the id that was added, or -1.</summary>
    public int Find(ReadOnlySpan<byte> id, ulong hash)
    {
        FindSlot(Volatile.Read(ref _slots), id, hash, out var row);
        return row;
    }

    /// <summary>Makes a row the newest one of its id. The row's entry and bytes must be complete: readers may follow at once.</summary>
    public void Put(ReadOnlySpan<byte> id, ulong hash, int row)
    {
        var slot = FindSlot(_slots, id, hash, out var previous);
        if (previous < 0 && (_taken + 1) * 2 > _slots.Length)
        {
            Grow();
            slot = FindSlot(_slots, id, hash, out _);
        }

        if (previous < 0) _taken++;
        Volatile.Write(ref _slots[slot], row + 1);
    }

    /// <summary>
    /// The slot of the id, or the free one where it would be. The row comes from the same read, because a free slot may be taken the moment
    /// after.
    /// </summary>
    private int FindSlot(int[] slots, ReadOnlySpan<byte> id, ulong hash, out int row)
    {
        var mask = slots.Length - 1;
        var slot = (int)hash & mask;
        while (true)
        {
            row = Volatile.Read(ref slots[slot]) - 1;
            if (row < 0 || (segment.Entry(row).Hash == hash && segment.GetId(row).SequenceEqual(id))) return slot;
            slot = (slot + 1) & mask;
        }
    }

    private void Grow()
    {
        var larger = new int[_slots.Length * 2];
        foreach (var entry in _slots)
        {
            if (entry == 0) continue;
            var slot = (int)segment.Entry(entry - 1).Hash & (larger.Length - 1);
            while (larger[slot] != 0) slot = (slot + 1) & (larger.Length - 1);
            larger[slot] = entry;
        }

        Volatile.Write(ref _slots, larger);
    }
}
