namespace Manifold.Index;

/// <summary>The sections of a segment file. The numbers are part of the stored form.</summary>
internal enum SectionKind : byte
{
    /// <summary>By space: [rows × dimension] float32, zeros where a row has none; empty if no row has one.</summary>
    Vectors = 1,

    /// <summary>By space: one bit a row; only there if some rows have a vector and some have none.</summary>
    Presence = 2,

    /// <summary>rows + 1 offsets (u64) into <see cref="IdBytes"/>.</summary>
    IdOffsets = 3,

    /// <summary>The ids' UTF-8, in ascending order.</summary>
    IdBytes = 4,

    /// <summary>XXH3-64 of each id (u64), in ascending order.</summary>
    IdHashes = 5,

    /// <summary>The row (i32) of each hash, in the order of <see cref="IdHashes"/>; equal hashes by row.</summary>
    IdHashRows = 6,

    /// <summary>rows + 1 offsets (u64) into <see cref="AttributeBytes"/>.</summary>
    AttributeOffsets = 7,

    /// <summary>The attributes' binary forms.</summary>
    AttributeBytes = 8,

    /// <summary>One code (u8) a row.</summary>
    Modalities = 9,

    /// <summary>rows + 1 offsets (u64) into <see cref="ContentBytes"/>.</summary>
    ContentOffsets = 10,

    /// <summary>The content references' UTF-8.</summary>
    ContentBytes = 11,
}
