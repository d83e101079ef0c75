using Manifold.Encoders;

namespace Manifold.Training;

/// <summary>The model's input.</summary>
public sealed record SpectrogramConfig
{
    /// <summary>Samples a second.</summary>
    public int SampleRate { get; init; } = 22_050;

    /// <summary>Length of a window of a long recording; training uses the first of each recording.</summary>
    public double WindowSeconds { get; init; } = 4;

    /// <summary>From one window to the next.</summary>
    public double HopSeconds { get; init; } = 2;

    /// <summary>Bands of the mel scale.</summary>
    public int Bands { get; init; } = 48;

    /// <summary>Samples of the Fourier transform.</summary>
    public int FftLength { get; init; } = 1024;

    /// <summary>Samples from one frame to the next.</summary>
    public int HopLength { get; init; } = 256;

    /// <summary>Samples of a frame.</summary>
    public int FrameLength { get; init; } = 640;

    /// <summary>Lower edge of the lowest band, Hz.</summary>
    public double MinHz { get; init; } = 60;

    /// <summary>Upper edge of the highest band, Hz: below what a recording of 16 kHz has, so that all sources look alike.</summary>
    public double MaxHz { get; init; } = 7600;

    /// <summary>The same as a bundle has it.</summary>
    internal AudioPreprocessing ToPreprocessing() => new()
    {
        SampleRate = SampleRate,
        WindowSeconds = WindowSeconds,
        HopSeconds = HopSeconds,
        Length = AudioLength.Variable,
        MinSeconds = Math.Min(0.3, WindowSeconds),
        Mel = new MelOptions { Bands = Bands, FftLength = FftLength, HopLength = HopLength, FrameLength = FrameLength, MinHz = MinHz, MaxHz = MaxHz },
    };
}
