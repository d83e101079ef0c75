namespace Manifold.Storage;

/// <summary>
/// A segment store beyond this machine cannot be used for the moment: it does not answer, refuses access, or has no such bucket. The message says which,
/// with the endpoint, bucket and key. The outcome of a write is unknown.
/// </summary>
public sealed class SegmentStoreUnavailableException(string message, Exception? inner = null) : IOException(message, inner);
