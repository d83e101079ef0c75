namespace Manifold.Encoders;

/// <summary>What a recording says of itself.</summary>
/// <param name="Format">ffmpeg's name of the container.</param>
/// <param name="Seconds">Its length, or null where it does not say (a live recording).</param>
/// <param name="Audio">The sound track that is used, or null.</param>
/// <param name="Video">The pictures that are used, or null; covers of songs do not count.</param>
public sealed record MediaProbe(string Format, double? Seconds, AudioTrack? Audio, VideoTrack? Video)
{
    /// <summary>Whether <see cref="Seconds"/> is the container's own record of what it holds, and not an estimate or what is left of a file that was cut off.</summary>
    internal bool SaysItsLength => Format.Split(',').Any(name => name is "mov" or "mp4" or "matroska" or "webm" or "flac" or "avi" or "asf");
}
