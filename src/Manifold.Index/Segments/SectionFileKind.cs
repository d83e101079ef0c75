namespace Manifold.Index;

/// <summary>What a file of sections is.</summary>
internal enum SectionFileKind
{
    /// <summary>A segment: the items themselves.</summary>
    Segment,

    /// <summary>The indexes over a segment's rows. It can be made again from the segment.</summary>
    Index,
}
