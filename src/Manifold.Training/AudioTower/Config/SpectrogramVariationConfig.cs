namespace Manifold.Training;

/// <summary>How a spectrogram is varied each time that it is drawn, so that few voices and clean recordings tell of many.</summary>
public sealed record SpectrogramVariationConfig
{
    /// <summary>The greatest change of speed, as a share.</summary>
    public double Speed { get; init; } = 0.1;

    /// <summary>The greatest shift along the mel scale, as a share: other vocal tracts (Jaitly and Hinton, 2013).</summary>
    public double Pitch { get; init; } = 0.06;

    /// <summary>Standard deviation of the slope over the bands, in units of the natural logarithm from end to end: other microphones.</summary>
    public double Tilt { get; init; } = 0.5;

    /// <summary>Share of the clips with noise.</summary>
    public double Noise { get; init; } = 0.15;

    /// <summary>The loudest noise below the loudest sound of a band, in dB.</summary>
    public double NoiseBelow { get; init; } = 20;

    /// <summary>The most bands, and the most frames, that are hidden at one place (Park et al., Interspeech 2019).</summary>
    public int Mask { get; init; } = 3;
}
