namespace Manifold.Shards;

/// <summary>The kind byte of an operation in a log record. Stored: numbers are never reused.</summary>
internal enum WriteKind : byte
{
    Upsert = 1,
    Delete = 2,

    /// <summary>An item whose attributes were changed, as it is afterwards.</summary>
    Update = 3,

    /// <summary>The id of an item that could not be changed, and is not: it belongs to the write's identity.</summary>
    Skip = 4,

    /// <summary>Alone in its batch: from here the collection has as many shards as its value says, and other shards have what is not this one's among so many.</summary>
    Split = 5,

    /// <summary>First in its batch: a shard that is being split off has all of its parent's log up to the position that its value says.</summary>
    Inherit = 6,

    /// <summary>The same, and there is no more to come: from here it stands by itself.</summary>
    InheritLast = 7,

    /// <summary>Alone in its batch: from here the shard has the spaces of a schema. Its value is the version, the spaces follow.</summary>
    Schema = 8,
}
