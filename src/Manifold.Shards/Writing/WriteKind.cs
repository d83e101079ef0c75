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
}
