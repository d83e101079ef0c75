using System.Runtime.CompilerServices;

namespace Manifold.Encoders;

/// <content>Frames.</content>
public sealed partial class MediaDecoder
{
    /// <summary>Frames of a video at equal distances, from its beginning: frame k is what is shown about k × interval seconds in.</summary>
    /// <param name="file">The video.</param>
    /// <param name="probe">What <see cref="ProbeAsync"/> said of it.</param>
    /// <param name="preprocessing">What the frames are for: they come no larger than twice its size.</param>
    /// <param name="interval">From one frame to the next, at least a millisecond.</param>
    /// <param name="cancellationToken">Ends ffmpeg.</param>
    /// <returns>At least one frame, in order.</returns>
    /// <exception cref="InvalidContentException">No pictures, damaged, or cut off, which may show at the end only.</exception>
    public async IAsyncEnumerable<VideoFrame> ReadFramesAsync(
        MediaFile file, MediaProbe probe, ImagePreprocessing preprocessing, TimeSpan interval, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(probe);
        ArgumentNullException.ThrowIfNull(preprocessing);
        VideoTrack track = probe.Video ?? throw new InvalidContentException("The file has no pictures: there is no video stream in it.");
        (int width, int height) = FrameSize.Of(track, preprocessing);
        int milliseconds = Math.Max(1, (int)interval.TotalMilliseconds);
        string[] arguments =
        [
            "-nostdin", "-threads", $"{_limits.Threads}", .. FfmpegProcess.InputOf(file), "-map", $"0:{track.Stream}", "-an", "-sn", "-dn", "-filter_threads", "1",
            "-vf", $"fps=1000/{milliseconds}:start_time=0,scale={width}:{height}:flags=area", "-pix_fmt", "rgb24", "-c:v", "rawvideo", "-f", "rawvideo", "pipe:1",
        ];
        await using var process = FfmpegProcess.Start(_limits.Ffmpeg, file, arguments, _limits.StallTimeout);
        double seconds = 0;
        int frames = 0, bytes = 3 * width * height;
        while (true)
        {
            byte[] rgb = new byte[bytes];
            if (await process.ReadAsync(rgb, cancellationToken) < bytes)
                break;
            seconds = frames++ * (milliseconds / 1000.0);
            if (seconds > _limits.MaxDuration.TotalSeconds)
                throw TooLong();
            yield return new VideoFrame(rgb, width, height, seconds);
        }

        await process.ExitAsync(cancellationToken);
        if (frames == 0)
            throw new InvalidContentException($"The video has no frame that can be decoded: {process.LastErrors()}.");
        CheckWhole(probe, track.Seconds, seconds + (2 * milliseconds / 1000.0), process.LastErrors());
    }
}
