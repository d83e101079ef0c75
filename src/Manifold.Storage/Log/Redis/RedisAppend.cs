namespace Manifold.Storage;

/// <summary>A record between the call that fixed its place and the answer of Redis; the task carries its running checksum.</summary>
/// <param name="lead">The lead that it belongs to.</param>
/// <param name="position">Its position.</param>
/// <param name="batchId">The writer's identity for it.</param>
/// <param name="checksum">The running checksum through it.</param>
/// <param name="bytes">Payload bytes of the whole log through it.</param>
/// <param name="payload">Its bytes.</param>
internal sealed class RedisAppend(RedisLead lead, long position, Guid batchId, ulong checksum, long bytes, ReadOnlyMemory<byte> payload)
    : TaskCompletionSource<ulong>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public RedisLead Lead => lead;

    public long Position => position;

    public Guid BatchId => batchId;

    public ulong Checksum => checksum;

    public long Bytes => bytes;

    public ReadOnlyMemory<byte> Payload => payload;
}
