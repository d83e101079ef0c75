namespace Manifold.Index;

/// <summary>An item found.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Score">How near it is; greater is nearer, for every metric.</param>
/// <param name="Matches">In a multi-vector space, for each vector of the query the nearest of the item's; null in others.</param>
public readonly record struct Hit(string Id, float Score, IReadOnlyList<VectorMatch>? Matches = null)
{
    public bool Equals(Hit other) =>
        Id == other.Id && Score.Equals(other.Score) && (Matches is null ? other.Matches is null : other.Matches is not null && Matches.SequenceEqual(other.Matches));

    public override int GetHashCode() => HashCode.Combine(Id, Score);
}
