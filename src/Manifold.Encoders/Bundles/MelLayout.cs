namespace Manifold.Encoders;

/// <summary>The shape of the model's log-mel input.</summary>
public enum MelLayout
{
    /// <summary>[batch × bands × frames].</summary>
    BandsFrames,

    /// <summary>[batch × frames × bands].</summary>
    FramesBands,

    /// <summary>[batch × 1 × frames × bands], as CLAP's usual export has it.</summary>
    ChannelFramesBands,
}
