namespace Manifold.Encoders;

/// <summary>What follows the samples of a recording that is too short for the model.</summary>
public enum AudioFill
{
    /// <summary>Digital silence.</summary>
    Zeros,

    /// <summary>The recording again, as often as it takes (the last time cut off).</summary>
    Repeat,

    /// <summary>The recording again, as often as it fits whole, then digital silence.</summary>
    RepeatWhole,
}
