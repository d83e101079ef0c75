namespace Manifold.Encoders;

/// <summary>A sound track as stored.</summary>
/// <param name="Stream">Its number among the file's streams.</param>
/// <param name="Codec">ffmpeg's name of the codec.</param>
/// <param name="SampleRate">In Hz.</param>
/// <param name="Channels">How many.</param>
/// <param name="Seconds">Its own length, or null where only the container's is known.</param>
public sealed record AudioTrack(int Stream, string Codec, int SampleRate, int Channels, double? Seconds);
