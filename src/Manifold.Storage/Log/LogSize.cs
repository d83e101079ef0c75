namespace Manifold.Storage;

/// <summary>What a log takes.</summary>
/// <param name="Bytes">Bytes that it holds now.</param>
/// <param name="Bound">Bytes beyond which it refuses appends; <c>null</c> where only the medium is a bound.</param>
public readonly record struct LogSize(long Bytes, long? Bound);
