namespace Manifold.Storage;

/// <summary>
/// The durable, ordered record of one shard's writes. Positions are dense and start at 1, whatever the medium;
/// the medium's own addresses never leave this project. Every mutating call carries the caller's epoch, and a call
/// with an epoch that is no longer the log's fails with <see cref="FencedException"/>: this is what makes two leaders safe.
/// </summary>
/// <remarks>Instances are safe for concurrent use, but appends must be issued in the order of their positions.</remarks>
public interface IShardLog : IAsyncDisposable
{
    /// <summary>Raises the epoch by one, durably and atomically. From here appends and truncations of older epochs are refused.</summary>
    /// <returns>The new epoch and the log's end as of that step.</returns>
    Task<LogLead> TakeLeadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Hands one record to the log. The order is fixed before this method returns (it does not wait for storage);
    /// the task completes when the record is durable. Records that are handed over together share one commit.
    /// </summary>
    /// <param name="epoch">The epoch that <see cref="TakeLeadAsync"/> gave this leader.</param>
    /// <param name="position">The position the record must get: the last one handed over plus one.</param>
    /// <param name="batchId">Identifies the record's content, so that an append of unknown outcome can be recognised afterwards.</param>
    /// <param name="payload">The record's bytes. The caller must not change them until the task has completed.</param>
    /// <returns>The running checksum of the log through this record, once durable.</returns>
    /// <exception cref="FencedException">The log has a higher epoch: stop leading.</exception>
    /// <exception cref="LogUnavailableException">
    /// The medium failed (a full disk, a lost connection): the outcome is unknown and every later append of this lead fails too.
    /// Take the lead again, which reads what is really there.
    /// </exception>
    /// <exception cref="LogFullException">
    /// The log has reached its byte bound. Nothing was handed over: the position is still the next one, and the lead goes on. Truncate, then append again.
    /// </exception>
    Task<ulong> AppendAsync(long epoch, long position, Guid batchId, ReadOnlyMemory<byte> payload);

    /// <summary>Reads the durable records from <paramref name="fromPosition"/> (inclusive) to the end at the time of the call, verifying each.</summary>
    /// <exception cref="LogTruncatedException">The position is before the first record that is still kept: reload the manifest.</exception>
    /// <exception cref="CorruptLogException">A record is damaged; names the place (file and offset, or stream and entry).</exception>
    IAsyncEnumerable<LogRecord> ReadAsync(long fromPosition, CancellationToken cancellationToken);

    /// <summary>
    /// Gives back the space of records up to and including <paramref name="throughPosition"/>. The log may keep more than asked, never less than what follows.
    /// </summary>
    /// <exception cref="FencedException">The log has a higher epoch.</exception>
    Task TruncateAsync(long epoch, long throughPosition, CancellationToken cancellationToken);

    /// <summary>The log's end: epoch, last durable position and running checksum.</summary>
    Task<LogLead> GetEndAsync(CancellationToken cancellationToken);

    /// <summary>What the log takes, as far as this handle knows without asking the medium; <c>null</c> where it does not.</summary>
    LogSize? Size => null;
}
