using System.Text.Json.Serialization;

namespace Manifold.Encoders;

/// <summary>How a recording becomes model input: mono at one rate, cut into windows, each as log-mel or as samples.</summary>
public sealed record AudioPreprocessing
{
    /// <summary>Samples a second of the model's input, 1,000 to 192,000. Recordings are mixed to mono and resampled.</summary>
    public required int SampleRate { get; init; }

    /// <summary>Length of a window, 0.1 to 60 s.</summary>
    public double WindowSeconds { get; init; } = 10;

    /// <summary>From the beginning of one window to that of the next, above 0 and at most <see cref="WindowSeconds"/>, which is the default.</summary>
    public double? HopSeconds { get; init; }

    /// <summary>Whether a recording shorter than a window is filled up to one.</summary>
    public AudioLength Length { get; init; } = AudioLength.Fixed;

    /// <summary>With <see cref="AudioLength.Variable"/>, what shorter recordings are filled up to: above 0, at most <see cref="WindowSeconds"/>.</summary>
    public double MinSeconds { get; init; } = 0.5;

    /// <summary>What a recording that is too short is filled with.</summary>
    public AudioFill Fill { get; init; } = AudioFill.Zeros;

    /// <summary>The log-mel spectrogram; null for a model that takes samples.</summary>
    public MelOptions? Mel { get; init; }

    /// <summary>Samples of a whole window.</summary>
    [JsonIgnore]
    public int WindowSamples => Samples(WindowSeconds);

    /// <summary>Samples from one window's beginning to the next one's.</summary>
    [JsonIgnore]
    public int HopSamples => Samples(HopSeconds ?? WindowSeconds);

    /// <summary>The fewest samples that reach the model.</summary>
    [JsonIgnore]
    public int MinSamples => Length == AudioLength.Fixed ? WindowSamples : Samples(MinSeconds);

    private int Samples(double seconds) => Math.Max(1, (int)Math.Round(seconds * SampleRate));
}
