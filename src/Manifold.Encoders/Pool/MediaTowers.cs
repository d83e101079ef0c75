namespace Manifold.Encoders;

/// <summary>What a bundle has for recordings: at least one of the two.</summary>
/// <param name="Image">The image tower's queue, for frames.</param>
/// <param name="ImagePreprocessing">What frames are prepared for.</param>
/// <param name="Audio">The audio tower's queue, for windows of sound.</param>
/// <param name="AudioPreprocessing">How sound is cut.</param>
/// <param name="Dimension">Of the bundle's vectors.</param>
internal sealed record MediaTowers(TowerQueue? Image, ImagePreprocessing? ImagePreprocessing, TowerQueue? Audio, AudioPreprocessing? AudioPreprocessing, int Dimension);
