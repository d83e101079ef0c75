using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Manifold.Encoders;

/// <content>Sound.</content>
public sealed partial class MediaDecoder
{
    private const int ReadSamples = 1 << 15;

    /// <summary>The windows of a recording's sound: mixed to mono and resampled by ffmpeg, cut as the preprocessing says.</summary>
    /// <param name="file">The recording.</param>
    /// <param name="preprocessing">Rate, window and hop.</param>
    /// <param name="cancellationToken">Ends ffmpeg.</param>
    /// <returns>At least one window, in order; silent ones too (<see cref="AudioWindow.IsSilent"/>).</returns>
    /// <exception cref="InvalidContentException">No sound, damaged, or cut off, which may show at the end only.</exception>
    public async IAsyncEnumerable<AudioWindow> ReadAudioAsync(MediaFile file, AudioPreprocessing preprocessing, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        MediaProbe probe = await ProbeAsync(file, cancellationToken);
        await foreach (AudioWindow window in ReadAudioAsync(file, probe, preprocessing, cancellationToken))
            yield return window;
    }

    /// <inheritdoc cref="ReadAudioAsync(MediaFile, AudioPreprocessing, CancellationToken)"/>
    internal async IAsyncEnumerable<AudioWindow> ReadAudioAsync(
        MediaFile file, MediaProbe probe, AudioPreprocessing preprocessing, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        AudioTrack track = probe.Audio ?? throw new InvalidContentException("The file has no sound: there is no audio stream in it.");

        // aresample fills gaps and a late beginning with silence, so that a sample's number tells its time.
        string[] arguments =
        [
            "-nostdin", "-threads", $"{_limits.Threads}", .. FfmpegProcess.InputOf(file), "-map", $"0:{track.Stream}", "-vn", "-sn", "-dn",
            "-af", "aresample=async=1:first_pts=0", "-ac", "1", "-ar", $"{preprocessing.SampleRate}", "-c:a", "pcm_f32le", "-f", "f32le", "pipe:1",
        ];
        await using var process = FfmpegProcess.Start(_limits.Ffmpeg, file, arguments, _limits.StallTimeout);
        var cutter = new AudioWindowCutter(preprocessing);
        byte[] buffer = new byte[ReadSamples * sizeof(float)];
        double maxSamples = _limits.MaxDuration.TotalSeconds * preprocessing.SampleRate;
        int read;
        do
        {
            read = await process.ReadAsync(buffer, cancellationToken);
            for (int at = 0; at < read / sizeof(float);)
            {
                if (Cut(cutter, buffer, ref at, read) is { } window)
                    yield return window;
            }

            if (cutter.Total > maxSamples)
                throw TooLong();
        }
        while (read == buffer.Length);

        await process.ExitAsync(cancellationToken);
        if (cutter.Total == 0)
            throw new InvalidContentException($"The file has no sound that can be decoded: {process.LastErrors()}.");
        CheckWhole(probe, track.Seconds, (double)cutter.Total / preprocessing.SampleRate, process.LastErrors());
        if (cutter.Finish() is { } last)
            yield return last;
    }

    private static AudioWindow? Cut(AudioWindowCutter cutter, byte[] buffer, ref int at, int read)
    {
        ReadOnlySpan<float> samples = MemoryMarshal.Cast<byte, float>(buffer.AsSpan(0, read / sizeof(float) * sizeof(float)));
        ReadOnlySpan<float> left = samples[at..];
        AudioWindow? window = cutter.Take(ref left);
        at = samples.Length - left.Length;
        return window;
    }
}
