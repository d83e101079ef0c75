namespace Manifold.Storage;

/// <summary>The state of a log at one moment.</summary>
/// <param name="Epoch">The log's epoch: the fencing number of the newest leader.</param>
/// <param name="FirstPosition">The first position that can still be read; <c>LastPosition + 1</c> when nothing can.</param>
/// <param name="LastPosition">The last durable position; 0 for a log that was never written.</param>
/// <param name="Checksum">The running checksum through <paramref name="LastPosition"/>; 0 at position 0.</param>
public readonly record struct LogLead(long Epoch, long FirstPosition, long LastPosition, ulong Checksum);
