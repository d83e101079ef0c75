namespace Manifold.Encoders;

/// <summary>The kernel of a resize, widened by the scale when shrinking (so that nothing aliases).</summary>
public enum ResampleFilter
{
    /// <summary>Keys' cubic with a = −1/2 (Catmull-Rom), support 2.</summary>
    Bicubic,

    /// <summary>Triangle, support 1.</summary>
    Bilinear,

    /// <summary>sinc(x) sinc(x/3), support 3.</summary>
    Lanczos,
}
