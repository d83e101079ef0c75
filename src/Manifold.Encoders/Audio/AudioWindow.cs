namespace Manifold.Encoders;

/// <summary>A part of a recording.</summary>
/// <param name="Samples">Mono, −1 to 1 and a little beyond; the reader's own.</param>
/// <param name="StartSeconds">Where its first sample is.</param>
/// <param name="EndSeconds">Where the one after its last would be.</param>
public sealed record AudioWindow(float[] Samples, double StartSeconds, double EndSeconds)
{
    // Two steps of 16 bits, or −84 dB: what is left of silence after dithering or a lossy codec.
    private const float SilencePeak = 2f / 32768;

    /// <summary>Whether there is nothing to hear in it: no sample is louder than 1/16,384.</summary>
    public bool IsSilent => System.Numerics.Tensors.TensorPrimitives.MaxMagnitude<float>(Samples) is >= -SilencePeak and <= SilencePeak;
}
