namespace Manifold.Encoders;

/// <summary>
/// The log-mel spectrogram of a window; docs/media.md has the equations. The defaults are those of <c>librosa.feature.melspectrogram</c>
/// with a natural logarithm.
/// </summary>
public sealed record MelOptions
{
    /// <summary>Triangular filters, 1 to 512: the rows of the model's input.</summary>
    public required int Bands { get; init; }

    /// <summary>Samples of the Fourier transform, 16 to 16,384: even, with no prime factor above 5.</summary>
    public required int FftLength { get; init; }

    /// <summary>Samples from one frame to the next, 1 to <see cref="FftLength"/>.</summary>
    public required int HopLength { get; init; }

    /// <summary>Samples under the window function, centred within the transform's; 1 to <see cref="FftLength"/>, which is the default.</summary>
    public int? FrameLength { get; init; }

    /// <summary>The window function, in its periodic form.</summary>
    public WindowFunction Window { get; init; } = WindowFunction.Hann;

    /// <summary>Whether frame t is centred on sample t × hop; otherwise it begins there.</summary>
    public bool Centered { get; init; } = true;

    /// <summary>With <see cref="Centered"/>, what is beyond the first and the last sample.</summary>
    public AudioEdges Edges { get; init; } = AudioEdges.Reflect;

    /// <summary>2 for |X|², 1 for |X|.</summary>
    public int Power { get; init; } = 2;

    public MelScale Scale { get; init; } = MelScale.Slaney;

    public MelNorm Norm { get; init; } = MelNorm.Slaney;

    /// <summary>Lower edge of the lowest filter in Hz, at least 0.</summary>
    public double MinHz { get; init; }

    /// <summary>Upper edge of the highest filter in Hz, at most half the sample rate, which is the default.</summary>
    public double? MaxHz { get; init; }

    public MelLogarithm Log { get; init; } = MelLogarithm.Ln;

    /// <summary>Least energy before the logarithm, above 0.</summary>
    public double Floor { get; init; } = 1e-10;

    /// <summary>After the logarithm, values less than the window's greatest minus this are raised to it (Whisper: 8 with log10); null for none.</summary>
    public double? Range { get; init; }

    /// <summary>Subtracted last but one.</summary>
    public double Mean { get; init; }

    /// <summary>Divisor at last, above 0.</summary>
    public double Std { get; init; } = 1;

    /// <summary>The most frames of a window that reach the model; null for all. (Centred frames are one more than samples / hop: Whisper takes 3,000 of 3,001.)</summary>
    public int? Frames { get; init; }

    public MelLayout Layout { get; init; } = MelLayout.BandsFrames;
}
