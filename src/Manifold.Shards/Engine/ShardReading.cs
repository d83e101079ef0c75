using Manifold.Storage;

namespace Manifold.Shards;

/// <summary>What gauges are made of: one engine at one moment.</summary>
/// <param name="Collection">What its collection is called.</param>
/// <param name="IsLeading">Whether it writes; otherwise it follows.</param>
/// <param name="IsFailed">Whether it stopped writing or following.</param>
/// <param name="Position">The last position that searches see.</param>
/// <param name="Lag">Records that a follower knows of and has not applied.</param>
/// <param name="Staleness">Seconds since a follower last had applied all that the log had then.</param>
/// <param name="PendingBytes">Bytes that a leader has handed over and not applied.</param>
/// <param name="PendingUtilization">Of their bound.</param>
/// <param name="Log">What a leader's log takes, if that is known.</param>
/// <param name="Items">Items that searches see.</param>
/// <param name="GrowingRows">Rows in the growing segment, deleted ones included.</param>
/// <param name="Segments">Sealed segments.</param>
/// <param name="Unindexed">Those of them without an index.</param>
/// <param name="SegmentBytes">What they take in the store, with their deletions and indexes.</param>
internal readonly record struct ShardReading(
    string Collection, bool IsLeading, bool IsFailed, long Position, long Lag, double Staleness, long PendingBytes, double PendingUtilization, LogSize? Log,
    long Items, long GrowingRows, int Segments, int Unindexed, long SegmentBytes);
