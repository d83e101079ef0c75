using Manifold.Index;

namespace Manifold.Grains;

/// <summary>A space of a collection, as the catalog keeps it.</summary>
/// <param name="Name">Its name, unique in the collection.</param>
/// <param name="Dimension">Components of its vectors.</param>
/// <param name="Metric">How they are compared.</param>
/// <param name="Encoder">The bundle that fills it from content; empty for vectors only.</param>
/// <param name="IsMultiVector">See <see cref="SpaceSchema.IsMultiVector"/>.</param>
/// <param name="Precision">See <see cref="SpaceSchema.Precision"/>.</param>
/// <param name="CodeBits">See <see cref="SpaceSchema.CodeBits"/>; 0 for the default.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.space")]
public sealed record SpaceInfo(
    [property: Id(0)] string Name,
    [property: Id(1)] int Dimension,
    [property: Id(2)] Metric Metric,
    [property: Id(3)] string Encoder,
    [property: Id(4)] bool IsMultiVector = false,
    [property: Id(5)] VectorPrecision Precision = VectorPrecision.Float32,
    [property: Id(6)] int CodeBits = 0)
{
    /// <summary>What the index needs of it.</summary>
    public SpaceSchema ToSchema() => new(Name, Dimension, Metric) { IsMultiVector = IsMultiVector, Precision = Precision, CodeBits = CodeBits == 0 ? SpaceSchema.MaxCodeBits : CodeBits };
}
