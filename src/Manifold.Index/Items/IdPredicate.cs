namespace Manifold.Index;

/// <summary>A condition on an item's id.</summary>
/// <param name="idUtf8">The id.</param>
public delegate bool IdPredicate(ReadOnlySpan<byte> idUtf8);
