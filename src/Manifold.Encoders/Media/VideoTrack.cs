namespace Manifold.Encoders;

/// <summary>Moving pictures as shown: turned, with square pixels.</summary>
/// <param name="Stream">Its number among the file's streams.</param>
/// <param name="Codec">ffmpeg's name of the codec.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Seconds">Its own length, or null where only the container's is known.</param>
public sealed record VideoTrack(int Stream, string Codec, int Width, int Height, double? Seconds);
