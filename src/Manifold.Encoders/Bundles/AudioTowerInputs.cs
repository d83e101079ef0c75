namespace Manifold.Encoders;

/// <summary>Names of the audio model's inputs: exactly one of the two.</summary>
public sealed record AudioTowerInputs
{
    /// <summary>float32 log-mel; [batch × bands × frames] unless <see cref="MelOptions.Layout"/> says otherwise.</summary>
    public string? Mel { get; init; }

    /// <summary>float32 [batch × samples], −1 to 1.</summary>
    public string? Waveform { get; init; }
}
