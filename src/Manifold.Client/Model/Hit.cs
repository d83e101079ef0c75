namespace Manifold.Client;

/// <summary>An item that was found.</summary>
/// <param name="Item">The item; with <see cref="SearchQuery.IdsOnly"/> nothing but its id.</param>
/// <param name="Score">Greater is nearer.</param>
public sealed record Hit(Item Item, float Score)
{
    /// <summary>In a multi-vector space: for each vector of the query the nearest of the item's. Else empty.</summary>
    public IReadOnlyList<VectorMatch> Matches { get; init; } = [];
}
