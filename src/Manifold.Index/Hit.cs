namespace Manifold.Index;

/// <summary>An item found.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Score">How near it is; greater is nearer, for every metric.</param>
public readonly record struct Hit(string Id, float Score);
