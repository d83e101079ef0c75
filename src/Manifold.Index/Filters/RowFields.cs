namespace Manifold.Index;

/// <summary>Which columns a filter reads beyond the modality, so that others are not fetched.</summary>
[Flags]
internal enum RowFields
{
    None = 0,
    Id = 1,
    Attributes = 2,
}
