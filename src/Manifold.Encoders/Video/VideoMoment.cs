namespace Manifold.Encoders;

/// <summary>A stretch of a video within one scene.</summary>
/// <param name="Frames">The frames that stand for it, at equal distances; at least one.</param>
/// <param name="StartSeconds">When it begins.</param>
/// <param name="EndSeconds">When it ends.</param>
public sealed record VideoMoment(IReadOnlyList<VideoFrame> Frames, double StartSeconds, double EndSeconds);
