namespace Manifold.Client;

/// <summary>The answer to a search.</summary>
/// <param name="Hits">Greatest score first; equal scores by id.</param>
/// <param name="ShardsAnswered">How many shards the answer covers.</param>
/// <param name="ShardsTotal">How many shards the collection has.</param>
/// <param name="Effort">What the answer took.</param>
public sealed record SearchResult(IReadOnlyList<Hit> Hits, int ShardsAnswered, int ShardsTotal, SearchEffort Effort);
