using System.Diagnostics.CodeAnalysis;

namespace Manifold.Shards;

/// <summary>
/// The last sequence number of each writer, bounded: the writer that wrote longest ago is forgotten first. Not safe for concurrent use.
/// </summary>
internal sealed class WriterTable(int capacity)
{
    private readonly Dictionary<string, LinkedListNode<WriterEntry>> _byName = new(StringComparer.Ordinal);
    private readonly LinkedList<WriterEntry> _oldestFirst = new();

    public bool TryGet(string writer, [NotNullWhen(true)] out WriterEntry? entry)
    {
        entry = _byName.TryGetValue(writer, out var node) ? node.Value : null;
        return entry is not null;
    }

    public void Set(WriterEntry entry)
    {
        if (_byName.Remove(entry.Writer, out var old))
        {
            _oldestFirst.Remove(old);
        }
        _byName[entry.Writer] = _oldestFirst.AddLast(entry);
        if (_byName.Count > capacity)
        {
            _byName.Remove(_oldestFirst.First!.Value.Writer);
            _oldestFirst.RemoveFirst();
        }
    }

    /// <summary>After a split: a repetition of a write will have a part of its items only.</summary>
    public void ForgetIdentities()
    {
        for (var node = _oldestFirst.First; node is not null; node = node.Next)
        {
            node.Value = node.Value with { Identity = WriterEntry.AnyIdentity };
        }
    }

    /// <summary>All entries, the one that wrote longest ago first.</summary>
    public IReadOnlyList<WriterEntry> ToList() => [.. _oldestFirst];
}
