namespace Manifold.Training;

/// <summary>Pictures as the picture tower takes them.</summary>
/// <param name="Pixels">[rows × 3 × side × side], 0 to 255; empty when no branch looks at pixels.</param>
/// <param name="Features">[rows × features].</param>
/// <param name="Rows">Number of pictures.</param>
internal sealed record PictureBatch(byte[] Pixels, float[] Features, int Rows);
