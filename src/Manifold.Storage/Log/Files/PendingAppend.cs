namespace Manifold.Storage;

/// <summary>A record between the call that fixed its place and the commit that makes it durable; the task carries its running checksum.</summary>
internal sealed class PendingAppend(RecordHeader header, ReadOnlyMemory<byte> payload)
    : TaskCompletionSource<ulong>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>The record's header, but for what only the commit knows.</summary>
    public RecordHeader Header { get; } = header;

    public ReadOnlyMemory<byte> Payload { get; } = payload;

    public int StoredBytes => RecordHeader.Size + Payload.Length;
}
