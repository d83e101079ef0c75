namespace Manifold.Client;

/// <summary>How far the items of a collection have been encoded for a space that was added.</summary>
/// <param name="Space">The space.</param>
/// <param name="Rate">Items a second at most; 0: as fast as it goes.</param>
/// <param name="IsComplete">Whether all items were looked at.</param>
/// <param name="Items">Items of the collection; 0 where it was not asked for (<see cref="ManifoldClient.GetCollectionAsync"/> does).</param>
/// <param name="Encoded">Those that have a vector in the space; as <paramref name="Items"/>.</param>
/// <param name="Failed">Items that cannot be encoded.</param>
/// <param name="Failures">The first of them.</param>
/// <param name="Waiting">What it waits for; empty while it goes on.</param>
public sealed record CollectionReencoding(
    string Space, double Rate, bool IsComplete, long Items, long Encoded, long Failed, IReadOnlyList<ReencodingFailure> Failures, string Waiting);

/// <summary>Why an item could not be encoded again.</summary>
/// <param name="Id">The item.</param>
/// <param name="Reason">Why.</param>
public sealed record ReencodingFailure(string Id, string Reason);
