using System.Buffers;

namespace Manifold.Encoders;

/// <summary>Model input of one item: the tokens of a text, or the floats of a picture or a window of sound in a pooled array.</summary>
internal sealed class PreparedContent : IDisposable
{
    private float[]? _pixels;

    public PreparedContent(TokenWeight[] tokens) => Tokens = tokens;

    /// <param name="pixels">Rented from the shared pool; this object gives it back.</param>
    public PreparedContent(float[] pixels) => _pixels = pixels;

    public TokenWeight[] Tokens { get; } = [];

    /// <summary>Of a window of sound: how many samples it had.</summary>
    public int Samples { get; init; }

    /// <summary>Of a window of sound: how many floats of the array count.</summary>
    public int Length { get; init; }

    public ReadOnlySpan<float> Pixels => _pixels;

    /// <summary>The same array, for whoever fills it.</summary>
    public Span<float> WritablePixels => _pixels;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _pixels, null) is { } pixels)
            ArrayPool<float>.Shared.Return(pixels);
    }
}
