namespace Manifold.Encoders;

/// <summary>A part of a recording with a vector of its own.</summary>
/// <param name="Vector">Of length 1.</param>
/// <param name="StartSeconds">When it begins.</param>
/// <param name="EndSeconds">When it ends.</param>
public sealed record Moment(float[] Vector, double StartSeconds, double EndSeconds);
