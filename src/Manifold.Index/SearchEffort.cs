namespace Manifold.Index;

/// <summary>What searches did, added up.</summary>
public struct SearchEffort
{
    /// <summary>Partitions scanned.</summary>
    public long Partitions { get; set; }

    /// <summary>Vectors whose signs were looked at.</summary>
    public long Scanned { get; set; }

    /// <summary>Vectors whose whole code was looked at.</summary>
    public long Refined { get; set; }

    /// <summary>Vectors that were scored exactly.</summary>
    public long Scored { get; set; }
}
