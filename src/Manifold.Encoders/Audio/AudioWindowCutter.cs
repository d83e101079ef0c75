namespace Manifold.Encoders;

/// <summary>
/// Cuts a stream of samples into windows that begin every hop. The last window ends with the stream: it overlaps the one before it by more than
/// the others, rather than being a sliver. A stream shorter than a window is one window. Holds a window and a hop of samples, however long
/// the stream.
/// </summary>
internal sealed class AudioWindowCutter
{
    // Codecs pad a recording by up to 50 ms, for which a window that repeats the one before would be a waste.
    private const int SliversPerSecond = 10;

    private readonly int _rate;
    private readonly int _window;
    private readonly int _hop;
    private readonly int _sliver;
    private readonly float[] _buffer;
    private int _count;
    private long _origin;
    private long _next;

    public AudioWindowCutter(AudioPreprocessing preprocessing)
    {
        _rate = preprocessing.SampleRate;
        _window = preprocessing.WindowSamples;
        _hop = Math.Min(preprocessing.HopSamples, _window);
        _sliver = Math.Max(1, _rate / SliversPerSecond);
        _buffer = new float[_window + _hop];
    }

    /// <summary>Samples seen so far.</summary>
    public long Total => _origin + _count;

    /// <summary>Takes samples up to the end of the next window.</summary>
    /// <param name="samples">The stream's next samples; on return, those that are left.</param>
    /// <returns>A window, or null when the samples are used up.</returns>
    public AudioWindow? Take(ref ReadOnlySpan<float> samples)
    {
        long end = _next + _window;
        int taken = (int)Math.Min(samples.Length, end - Total);
        samples[..taken].CopyTo(_buffer.AsSpan(_count));
        _count += taken;
        samples = samples[taken..];
        if (Total < end)
            return null;
        AudioWindow window = Window(_next, _window);

        // The last window may begin anywhere after this one's beginning, so no more than what is before it goes.
        int done = (int)(_next - _origin);
        _buffer.AsSpan(done, _count - done).CopyTo(_buffer);
        _count -= done;
        _origin = _next;
        _next += _hop;
        return window;
    }

    /// <summary>What the stream's end leaves: a window, or null where the last one ended there or nothing came at all.</summary>
    public AudioWindow? Finish()
    {
        if (_next == 0)
            return Total == 0 ? null : Window(0, (int)Total);
        long covered = _next - _hop + _window;
        return Total - covered >= _sliver ? Window(Total - _window, _window) : null;
    }

    private AudioWindow Window(long start, int length) =>
        new(_buffer.AsSpan((int)(start - _origin), length).ToArray(), (double)start / _rate, (double)(start + length) / _rate);
}
