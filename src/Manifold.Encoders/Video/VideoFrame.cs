namespace Manifold.Encoders;

/// <summary>A decoded frame.</summary>
/// <param name="Rgb">[height × width × 3], red, green, blue; the reader's own.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Seconds">When it is shown, from the video's beginning.</param>
public sealed record VideoFrame(byte[] Rgb, int Width, int Height, double Seconds);
