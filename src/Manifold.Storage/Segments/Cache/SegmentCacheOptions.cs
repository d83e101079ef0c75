namespace Manifold.Storage;

/// <summary>How a <see cref="SegmentCache"/> behaves.</summary>
public sealed record SegmentCacheOptions
{
    /// <summary>The smallest <see cref="MaxBytes"/>: room for one segment of the default size, 64 MiB.</summary>
    public const long MinMaxBytes = 64L << 20;

    /// <summary>The folder, this process's own; created where there is none.</summary>
    public required string Folder { get; init; }

    /// <summary>
    /// Bytes of copies at most, 64 MiB or more. Copies in use stay beyond it, since the shards that use them cannot do without. The default fits a small cloud disk.
    /// </summary>
    public long MaxBytes { get; init; } = 32L << 30;

    /// <summary>Told of what somebody should know: a damaged copy, a bound that copies in use exceed.</summary>
    public Action<string>? Warning { get; init; }
}
