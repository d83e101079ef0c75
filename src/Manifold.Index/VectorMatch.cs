namespace Manifold.Index;

/// <summary>Which vector of an item was the nearest to one of a query's, in a multi-vector space.</summary>
/// <param name="QueryVector">The query's vector, from 0.</param>
/// <param name="ItemVector">The item's nearest to it, from 0; of equal ones the first.</param>
/// <param name="Score">How near they are. The item's score is the sum over the query's vectors, up to rounding.</param>
/// <param name="Place">Where in the item that is, if the item says so.</param>
public readonly record struct VectorMatch(int QueryVector, int ItemVector, float Score, Place? Place);
