namespace Manifold.Storage;

/// <summary>What the opening of a log cut away: a write that a crash interrupted, never acknowledged.</summary>
/// <param name="File">The file that was cut.</param>
/// <param name="Offset">Its new length: the end of the last whole record.</param>
/// <param name="Bytes">How many bytes went.</param>
/// <param name="LastPosition">The last position that remains.</param>
public sealed record LogTailCut(string File, long Offset, long Bytes, long LastPosition);
