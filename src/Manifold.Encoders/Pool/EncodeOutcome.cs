namespace Manifold.Encoders;

/// <summary>What became of one item of many: exactly one of the two is not null.</summary>
/// <param name="Vector">The vector, of length 1.</param>
/// <param name="Error">Why there is none.</param>
public readonly record struct EncodeOutcome(float[]? Vector, Exception? Error);
