namespace Manifold.Shards;

/// <summary>The shard cannot serve this call at the moment. For a write, the outcome is unknown unless the message says otherwise: send it again.</summary>
public sealed class ShardUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The shard's collection was dropped: there will be no such shard again.</summary>
public sealed class ShardDroppedException(string message) : Exception(message);

/// <summary>
/// The caller went by another number of shards than there are, or will be in a moment: nothing was read or written. Look at the catalog again, and at which shard has the item.
/// </summary>
public sealed class ShardMovedException(string message) : Exception(message);

/// <summary>The caller did not know of all spaces that the shard has by now: nothing was written. Look at the catalog again, and encode for all of them.</summary>
public sealed class ShardSchemaChangedException(string message) : Exception(message);

/// <summary>A position was asked for that the shard's log does not have: it is another collection's, or another shard's.</summary>
public sealed class UnknownPositionException(string message) : Exception(message);

/// <summary>Too much waits for the log. Nothing of this write happened; send it again after <see cref="RetryAfter"/>.</summary>
public sealed class ShardOverloadedException(string message, TimeSpan retryAfter) : Exception(message)
{
    /// <summary>A hint for when to try again.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}

/// <summary>The shard's stored bytes are damaged, and it refuses to serve. The message names file and offset.</summary>
public sealed class ShardCorruptException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The writer used this sequence number, or a later one, for another write: this one is a late retry or a mistake, and did nothing.</summary>
public sealed class StaleWriteException(string message) : Exception(message);

/// <summary>The batch cannot be read, or does not fit the shard's spaces. Nothing was written.</summary>
public sealed class InvalidBatchException(string message, Exception? inner = null) : Exception(message, inner);
