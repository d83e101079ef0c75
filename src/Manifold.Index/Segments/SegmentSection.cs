namespace Manifold.Index;

/// <summary>One entry of a segment's table.</summary>
/// <param name="Kind">What the section holds.</param>
/// <param name="Space">The space, or the attribute of an index over one; else empty.</param>
/// <param name="Dimension">Of the space; else 0.</param>
/// <param name="Metric">Of the space; else 0.</param>
/// <param name="Offset">Where it begins in the file.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Checksum">XXH3-64 of its bytes.</param>
internal sealed record SegmentSection(SectionKind Kind, string Space, int Dimension, Metric Metric, long Offset, long Length, ulong Checksum)
{
    /// <summary>The name in errors.</summary>
    public string Name => Space.Length > 0 ? $"{Kind} {Space}" : Kind.ToString();

    /// <summary>Vectors begin on a page, so that a scan's first lines share it with nothing else; the rest on a cache line.</summary>
    public long Alignment => Kind == SectionKind.Vectors ? 4096 : 64;
}
