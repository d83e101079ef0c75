namespace Manifold.Client;

/// <summary>Which vector of an item was the nearest to one of a query's, in a multi-vector space.</summary>
/// <param name="QueryVector">The query's vector, from 0.</param>
/// <param name="ItemVector">The item's, from 0.</param>
/// <param name="Score">How near they are; greater is nearer.</param>
/// <param name="Place">Where in the item that is, if the item says so.</param>
public sealed record VectorMatch(int QueryVector, int ItemVector, float Score, Place? Place);
