namespace Manifold.Encoders;

/// <summary>Where models run.</summary>
public enum EncoderDevice
{
    /// <summary>CUDA where this build and this machine have it, else the CPU.</summary>
    Auto,

    /// <summary>CUDA or an error.</summary>
    Cuda,

    /// <summary>The CPU.</summary>
    Cpu,
}
