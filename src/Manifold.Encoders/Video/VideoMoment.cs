namespace Manifold.Encoders;

/// <summary>A stretch of a video within one scene.</summary>
/// <param name="Frame">The frame that stands for it: the one in its middle.</param>
/// <param name="StartSeconds">When it begins.</param>
/// <param name="EndSeconds">When it ends.</param>
public sealed record VideoMoment(VideoFrame Frame, double StartSeconds, double EndSeconds);
