namespace Manifold.Training;

/// <summary>A picture that the trainer learns from, with all its captions.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Captions">Captions with their weights.</param>
public sealed record CaptionedPicture(Picture Picture, IReadOnlyList<(string Text, double Weight)> Captions);
