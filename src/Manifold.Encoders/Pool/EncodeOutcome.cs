namespace Manifold.Encoders;

/// <summary>What became of one item of many: exactly one of the two is not null.</summary>
/// <param name="Encoded">Its vector, and for a recording its moments.</param>
/// <param name="Error">Why there is none.</param>
public readonly record struct EncodeOutcome(EncodedContent? Encoded, Exception? Error)
{
    /// <summary>The vector of the whole, of length 1, or null.</summary>
    public float[]? Vector => Encoded?.Vector;
}
