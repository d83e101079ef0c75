namespace Manifold.Client;

/// <summary>How far an ingest is.</summary>
/// <param name="Written">Items acknowledged.</param>
/// <param name="Failed">Items refused.</param>
public readonly record struct IngestProgress(long Written, long Failed);
