namespace Manifold.Storage;

/// <summary>A segment store is not the one that this cluster may use. The message names the store, both ids and what to do.</summary>
public sealed class SegmentStoreClaimedException(string message) : Exception(message);
