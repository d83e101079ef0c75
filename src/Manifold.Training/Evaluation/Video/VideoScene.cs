namespace Manifold.Training;

/// <summary>A part of a made video: one picture that moves.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Caption">What is seen.</param>
public sealed record VideoScene(Picture Picture, string Caption);
