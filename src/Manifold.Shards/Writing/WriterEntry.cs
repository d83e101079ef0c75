namespace Manifold.Shards;

/// <summary>A writer's last write to this shard.</summary>
/// <param name="Writer">The writer's name.</param>
/// <param name="Sequence">Its last sequence number.</param>
/// <param name="Position">Where that write stands in the log.</param>
/// <param name="Identity">A hash of the kinds and ids of its operations.</param>
public sealed record WriterEntry(string Writer, long Sequence, long Position, ulong Identity)
{
    /// <summary>The identity of a write of which a split left a part: whatever comes again under its number is a repetition of it.</summary>
    public const ulong AnyIdentity = 0;
}
