namespace Manifold.Client;

/// <summary>What a write did.</summary>
/// <param name="Written">Items written, or ids sent to be deleted.</param>
/// <param name="Errors">The items that were refused.</param>
/// <param name="Positions">Where the write stands in each shard that it touched.</param>
/// <param name="Acknowledgement">The level that was reached.</param>
public sealed record WriteResult(
    int Written, IReadOnlyList<ItemError> Errors, IReadOnlyList<ShardPosition> Positions, Acknowledgement Acknowledgement);
