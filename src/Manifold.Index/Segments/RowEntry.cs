namespace Manifold.Index;

/// <summary>A row of a growing segment: id, content and attributes follow each other at one place of its arena.</summary>
/// <param name="Hash">Of the id.</param>
/// <param name="ArenaBlock">Which block of the arena.</param>
/// <param name="Offset">Where in that block the id begins.</param>
/// <param name="ContentLength">Bytes.</param>
/// <param name="AttributesLength">Bytes.</param>
/// <param name="Previous">The row that held this id before, or -1.</param>
/// <param name="IdLength">Bytes.</param>
/// <param name="Modality">Code.</param>
internal readonly record struct RowEntry(
    ulong Hash, int ArenaBlock, int Offset, int ContentLength, int AttributesLength, int Previous, ushort IdLength, byte Modality);
