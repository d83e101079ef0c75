namespace Manifold.Shards;

/// <summary>The kind byte of an operation in a log record. Stored: numbers are never reused.</summary>
internal enum WriteKind : byte
{
    Upsert = 1,
    Delete = 2,
}
