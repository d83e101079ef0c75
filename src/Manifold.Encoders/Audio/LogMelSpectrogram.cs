using System.Numerics;
using System.Numerics.Tensors;

namespace Manifold.Encoders;

/// <summary>
/// Samples to log-mel: for frame t and band m, (g(max(Σₖ wₘₖ |Xₜ[k]|ᵖ, floor)) − mean) / std, where X is the Fourier transform of the
/// windowed frame; docs/media.md has every parameter.
/// </summary>
/// <remarks>Thread-safe: each call rents its work space. Deterministic for one vector width of the processor.</remarks>
public sealed class LogMelSpectrogram
{
    private readonly MelOptions _options;
    private readonly MelFilterbank _filters;
    private readonly float[] _window;
    private readonly System.Collections.Concurrent.ConcurrentBag<WorkSpace> _spare = [];

    /// <param name="options">As a bundle has them.</param>
    /// <param name="sampleRate">Of the samples, in Hz.</param>
    /// <exception cref="ArgumentOutOfRangeException">A transform of that length is not supported.</exception>
    public LogMelSpectrogram(MelOptions options, int sampleRate)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1);
        _options = options;
        _filters = MelFilterbank.Of(options, sampleRate);
        _window = Window(options);
        _spare.Add(new WorkSpace(options));
    }

    /// <summary>Rows of the result.</summary>
    public int Bands => _options.Bands;

    /// <summary>How many frames so many samples give, at least 1: 1 + ⌊samples / hop⌋ if centred, else 1 + ⌊(samples − n) / hop⌋; at most <see cref="MelOptions.Frames"/>.</summary>
    public int FramesOf(int samples)
    {
        int reach = _options.Centered ? samples : Math.Max(0, samples - _options.FftLength);
        return Math.Min(1 + (reach / _options.HopLength), _options.Frames ?? int.MaxValue);
    }

    /// <summary>The spectrogram of some samples.</summary>
    /// <param name="samples">Mono, at least 1.</param>
    /// <param name="destination">[bands × frames], row-major, with <see cref="FramesOf"/> frames; overwritten.</param>
    /// <exception cref="ArgumentOutOfRangeException">No samples, or a destination that is too short.</exception>
    public void Compute(ReadOnlySpan<float> samples, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfZero(samples.Length, nameof(samples));
        int frames = FramesOf(samples.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, Bands * frames, nameof(destination));
        destination = destination[..(Bands * frames)];
        WorkSpace work = _spare.TryTake(out WorkSpace? spare) ? spare : new WorkSpace(_options);
        for (int first = 0; first < frames; first += LaneFft.Lanes)
        {
            int count = Math.Min(LaneFft.Lanes, frames - first);
            for (int lane = 0; lane < LaneFft.Lanes; lane++)
                Gather(samples, first + Math.Min(lane, count - 1), work.Frames.AsSpan(lane));
            work.Fft.Power(work.Frames, work.Spectrum);
            Filter(work, destination, first, count, frames);
        }

        _spare.Add(work);
        Finish(destination);
    }

    /// <summary>Writes a windowed frame into one lane.</summary>
    private void Gather(ReadOnlySpan<float> samples, int frame, Span<float> lane)
    {
        long start = ((long)frame * _options.HopLength) - (_options.Centered ? _options.FftLength / 2 : 0);
        int lanes = LaneFft.Lanes;
        if (start >= 0 && start + _window.Length <= samples.Length)
        {
            ReadOnlySpan<float> source = samples.Slice((int)start, _window.Length);
            for (int i = 0, at = 0; i < source.Length; i++, at += lanes)
                lane[at] = source[i] * _window[i];
            return;
        }

        bool reflect = _options.Centered && _options.Edges == AudioEdges.Reflect;
        for (int i = 0, at = 0; i < _window.Length; i++, at += lanes)
        {
            long from = reflect ? Reflect(start + i, samples.Length) : start + i;
            lane[at] = from >= 0 && from < samples.Length ? samples[(int)from] * _window[i] : 0;
        }
    }

    /// <summary>The place within 0 … length − 1 that a mirror at either end shows at <paramref name="at"/>, however far out.</summary>
    private static long Reflect(long at, int length)
    {
        if (length == 1)
            return 0;
        long period = 2L * (length - 1);
        at = ((at % period) + period) % period;
        return at < length ? at : period - at;
    }

    private void Filter(WorkSpace work, Span<float> destination, int first, int count, int frames)
    {
        Vector<float>[] spectrum = work.Spectrum;
        if (_options.Power == 1)
        {
            for (int k = 0; k < spectrum.Length; k++)
                spectrum[k] = Vector.SquareRoot(spectrum[k]);
        }

        Span<float> lanes = stackalloc float[LaneFft.Lanes];
        for (int m = 0; m < Bands; m++)
        {
            MelFilterbank.Band band = _filters.Bands[m];
            Vector<float> sum = Vector<float>.Zero;
            for (int i = 0; i < band.Weights.Length; i++)
                sum += spectrum[band.First + i] * band.Weights[i];
            sum.CopyTo(lanes);
            lanes[..count].CopyTo(destination[((m * frames) + first)..]);
        }
    }

    private void Finish(Span<float> values)
    {
        TensorPrimitives.Max(values, (float)_options.Floor, values);
        if (_options.Log == MelLogarithm.Ln)
            TensorPrimitives.Log(values, values);
        else
            TensorPrimitives.Log10(values, values);
        if (_options.Log == MelLogarithm.Decibel)
            TensorPrimitives.Multiply(values, 10f, values);
        if (_options.Range is { } range)
            TensorPrimitives.Max(values, TensorPrimitives.Max<float>(values) - (float)range, values);
        if (_options.Mean != 0)
            TensorPrimitives.Subtract(values, (float)_options.Mean, values);
        if (_options.Std != 1)
            TensorPrimitives.Divide(values, (float)_options.Std, values);
    }

    private static float[] Window(MelOptions options)
    {
        float[] window = new float[options.FftLength];
        int length = options.FrameLength ?? options.FftLength, offset = (options.FftLength - length) / 2;
        (double mean, double swing) = options.Window switch
        {
            WindowFunction.Hann => (0.5, 0.5),
            WindowFunction.Hamming => (0.54, 0.46),
            _ => (1.0, 0.0),
        };
        for (int n = 0; n < length; n++)
            window[offset + n] = (float)(mean - (swing * Math.Cos(2 * Math.PI * n / length)));
        return window;
    }

    private sealed class WorkSpace(MelOptions options)
    {
        public LaneFft Fft { get; } = new(options.FftLength);

        public float[] Frames { get; } = new float[options.FftLength * LaneFft.Lanes];

        public Vector<float>[] Spectrum { get; } = new Vector<float>[(options.FftLength / 2) + 1];
    }
}
