namespace Manifold.Encoders;

/// <summary>How exact a resize is, and to whom.</summary>
public enum Resampler
{
    /// <summary>One rounding, at the end. Large pictures that shrink much are averaged down while they are decoded.</summary>
    Float,

    /// <summary>As Pillow resizes 8-bit pictures, which most published models were trained with: in whole numbers, rounded after the rows and again after the columns, from all pixels.</summary>
    Pillow,
}
