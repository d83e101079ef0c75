namespace Manifold.Encoders;

/// <summary>Where ffmpeg is, and what a recording may cost before it is refused.</summary>
public sealed record MediaLimits
{
    /// <summary>The program, by name (looked for on PATH) or by path; <c>ffprobe</c> is looked for beside it.</summary>
    public string Ffmpeg { get; init; } = "ffmpeg";

    /// <summary>Where recordings that are in memory are put while they are decoded; null for the system's temporary folder.</summary>
    public string? Folder { get; init; }

    /// <summary>Greatest size of the encoded file in bytes; 1 GiB.</summary>
    public long MaxBytes { get; init; } = 1L << 30;

    /// <summary>Longest recording; a day. A small file can claim to be any length.</summary>
    public TimeSpan MaxDuration { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The longest that ffmpeg may go without giving anything; it is ended then.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Greatest width × height of a video; 8,192 × 8,192.</summary>
    public long MaxPixels { get; init; } = 1L << 26;

    /// <summary>Threads of one decoding ffmpeg.</summary>
    public int Threads { get; init; } = 1;
}
