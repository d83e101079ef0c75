namespace Manifold.Client;

/// <summary>What an ingest did.</summary>
/// <param name="Written">Items acknowledged.</param>
/// <param name="Failed">Items refused; <see cref="IngestOptions.OnError"/> was told of each.</param>
/// <param name="Positions">The last position written in each shard, for a search that has to see the whole ingest.</param>
public sealed record IngestResult(long Written, long Failed, IReadOnlyList<ShardPosition> Positions);
