namespace Manifold.Encoders;

/// <summary>What content became.</summary>
/// <param name="Vector">The vector of the whole, of length 1.</param>
/// <param name="Moments">
/// Of a recording, its parts: for audio its windows; for video first its pictures' and then its sound's, so that their times overlap. Empty for text and pictures.
/// </param>
public sealed record EncodedContent(float[] Vector, IReadOnlyList<Moment> Moments);
