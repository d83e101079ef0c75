namespace Manifold.Encoders;

/// <summary>Weights of a frame's N samples, periodic: n = 0 … N − 1.</summary>
public enum WindowFunction
{
    /// <summary>0.5 − 0.5 cos(2πn/N).</summary>
    Hann,

    /// <summary>0.54 − 0.46 cos(2πn/N).</summary>
    Hamming,

    /// <summary>1.</summary>
    Rectangular,
}
