using System.Text.Json;

namespace Manifold.Encoders;

/// <summary>
/// Recordings to samples and frames, through the programs ffmpeg and ffprobe. Each call runs a process of its own, reads it as the caller
/// reads, and ends it when the caller stops, fails or cancels.
/// </summary>
/// <remarks>
/// Thread-safe. Everything throws <see cref="InvalidContentException"/> for a recording that cannot be used and
/// <see cref="MediaToolMissingException"/> where ffmpeg is not there.
/// </remarks>
public sealed partial class MediaDecoder
{
    private const int MaxProbeBytes = 1 << 20;

    // Containers round, and players are used to a last frame that is missing; what is cut off lacks more than this.
    private const double CutOffShare = 0.95, CutOffSeconds = 1;

    private readonly MediaLimits _limits;
    private readonly string _ffprobe;

    /// <param name="limits">Where ffmpeg is and what is refused; null for the defaults.</param>
    public MediaDecoder(MediaLimits? limits = null)
    {
        _limits = limits ?? new MediaLimits();
        string name = Path.GetFileName(_limits.Ffmpeg).Replace("ffmpeg", "ffprobe", StringComparison.Ordinal);
        _ffprobe = Path.GetDirectoryName(_limits.Ffmpeg) is { Length: > 0 } folder ? Path.Combine(folder, name) : name;
    }

    /// <summary>Reads what a recording says of itself.</summary>
    /// <exception cref="InvalidContentException">Damaged, cut off, longer or larger than the limits, or with neither sound nor pictures.</exception>
    public async Task<MediaProbe> ProbeAsync(MediaFile file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        string[] arguments = [.. FfmpegProcess.InputOf(file), "-of", "json", "-show_format", "-show_streams"];
        await using var process = FfmpegProcess.Start(_ffprobe, file, arguments, _limits.StallTimeout);
        byte[] json = new byte[MaxProbeBytes];
        int length = await process.ReadAsync(json, cancellationToken);
        if (length == json.Length)
            throw new InvalidContentException("The recording cannot be used: the list of its streams is too long.");
        await process.ExitAsync(cancellationToken);
        MediaProbe probe;
        try
        {
            probe = ProbeJson.Read(json.AsMemory(0, length));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InvalidContentException($"The recording cannot be decoded: {process.LastErrors()}", e);
        }

        Check(probe);
        return probe;
    }

    private void Check(MediaProbe probe)
    {
        if (probe is { Audio: null, Video: null })
            throw new InvalidContentException("The file has neither sound nor pictures.");
        if (probe.Seconds > _limits.MaxDuration.TotalSeconds)
            throw TooLong();
        if (probe.Video is { } video && (long)video.Width * video.Height is var pixels && (pixels < 1 || pixels > _limits.MaxPixels))
            throw new InvalidContentException($"The video is {video.Width:N0} × {video.Height:N0} pixels; from 1 to {_limits.MaxPixels:N0} pixels in all are taken.");
    }

    private InvalidContentException TooLong() => new($"The recording is longer than {_limits.MaxDuration.TotalHours:0.##} hours, the longest that is taken.");

    /// <summary>Refuses a recording of which less could be decoded than its container says.</summary>
    private static void CheckWhole(MediaProbe probe, double? said, double decoded, string last)
    {
        if (probe.SaysItsLength && (said ?? probe.Seconds) is { } expected && decoded < (expected * CutOffShare) - CutOffSeconds)
            throw new InvalidContentException($"The recording is cut off or damaged: it is {expected:0.#} s long, and {decoded:0.#} s of it can be decoded ({last}).");
    }
}
