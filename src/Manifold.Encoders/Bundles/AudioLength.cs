namespace Manifold.Encoders;

/// <summary>How long the model's input is.</summary>
public enum AudioLength
{
    /// <summary>Always a whole window: what is shorter is filled up.</summary>
    Fixed,

    /// <summary>As long as the recording, where that is shorter than a window. Inputs of different lengths are run apart, never padded to each other.</summary>
    Variable,
}
