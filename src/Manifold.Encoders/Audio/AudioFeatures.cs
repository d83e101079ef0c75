namespace Manifold.Encoders;

/// <summary>
/// A window's samples to model input: filled up where they are too few, then log-mel in the model's layout, or the samples themselves.
/// Serving and training both go through this class, so that a model learns from what it is served.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class AudioFeatures
{
    private readonly AudioPreprocessing _preprocessing;
    private readonly LogMelSpectrogram? _mel;

    /// <param name="preprocessing">As a bundle has it.</param>
    public AudioFeatures(AudioPreprocessing preprocessing)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        _preprocessing = preprocessing;
        _mel = preprocessing.Mel is { } mel ? new LogMelSpectrogram(mel, preprocessing.SampleRate) : null;
    }

    /// <summary>The shape of one item of the model's input, without the batch: [bands × frames] and the like, or [samples].</summary>
    /// <param name="samples">Samples of the window, before it is filled up.</param>
    public int[] ShapeOf(int samples)
    {
        int filled = Filled(samples);
        if (_mel is null)
            return [filled];
        int frames = _mel.FramesOf(filled);
        return _preprocessing.Mel!.Layout switch
        {
            MelLayout.BandsFrames => [_mel.Bands, frames],
            MelLayout.FramesBands => [frames, _mel.Bands],
            _ => [1, frames, _mel.Bands],
        };
    }

    /// <summary>Floats of one item: the product of <see cref="ShapeOf"/>.</summary>
    public int LengthOf(int samples)
    {
        int filled = Filled(samples);
        return _mel is null ? filled : _mel.Bands * _mel.FramesOf(filled);
    }

    /// <summary>Computes one item of the model's input.</summary>
    /// <param name="samples">Mono at <see cref="AudioPreprocessing.SampleRate"/>, 1 to <see cref="AudioPreprocessing.WindowSamples"/>.</param>
    /// <param name="destination">At least <see cref="LengthOf"/> floats, row-major in <see cref="ShapeOf"/>; overwritten.</param>
    /// <exception cref="ArgumentOutOfRangeException">No samples, more than a window has, or a destination that is too short.</exception>
    public void Compute(ReadOnlySpan<float> samples, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfZero(samples.Length, nameof(samples));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samples.Length, _preprocessing.WindowSamples, nameof(samples));
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, LengthOf(samples.Length), nameof(destination));
        int filled = Filled(samples.Length);
        if (filled > samples.Length)
        {
            float[] longer = new float[filled];
            int sounding = _preprocessing.Fill switch
            {
                AudioFill.Repeat => filled,
                AudioFill.RepeatWhole => filled / samples.Length * samples.Length,
                _ => samples.Length,
            };
            for (int at = 0; at < sounding; at += samples.Length)
                samples[..Math.Min(samples.Length, sounding - at)].CopyTo(longer.AsSpan(at));
            samples = longer;
        }

        if (_mel is null)
        {
            samples.CopyTo(destination);
            return;
        }

        int frames = _mel.FramesOf(filled), bands = _mel.Bands;
        if (_preprocessing.Mel!.Layout == MelLayout.BandsFrames)
        {
            _mel.Compute(samples, destination);
            return;
        }

        float[] byBand = System.Buffers.ArrayPool<float>.Shared.Rent(bands * frames);
        _mel.Compute(samples, byBand);
        for (int m = 0; m < bands; m++)
        {
            for (int t = 0; t < frames; t++)
                destination[(t * bands) + m] = byBand[(m * frames) + t];
        }

        System.Buffers.ArrayPool<float>.Shared.Return(byBand);
    }

    private int Filled(int samples) => Math.Max(samples, _preprocessing.MinSamples);
}
