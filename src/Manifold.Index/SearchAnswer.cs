namespace Manifold.Index;

/// <summary>What a search found, and what it took.</summary>
/// <param name="Hits">Greater score first, equal scores by ascending id.</param>
/// <param name="Effort">What was done.</param>
public readonly record struct SearchAnswer(IReadOnlyList<Hit> Hits, SearchEffort Effort);
