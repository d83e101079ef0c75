namespace Manifold.Grains;

/// <summary>Items get vectors of a space from their content, as the catalog keeps it.</summary>
/// <param name="Space">The space.</param>
/// <param name="Rate">Most items a second; 0: as fast as one batch after the other goes.</param>
/// <param name="Run">The how many-th time in this collection.</param>
/// <param name="IsComplete">Whether all items were looked at.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.Reencoding")]
public sealed record ReencodingInfo(
    [property: Id(0)] string Space, [property: Id(1)] double Rate, [property: Id(2)] int Run, [property: Id(3)] bool IsComplete = false);
