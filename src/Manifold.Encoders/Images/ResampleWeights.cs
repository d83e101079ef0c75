using System.Buffers;

namespace Manifold.Encoders;

/// <summary>
/// For each pixel of one axis of the target, the source pixels that it is made of and their weights, which sum to 1: the kernel is
/// stretched by the scale when shrinking and cut off at the picture's edges. Holds pooled arrays.
/// </summary>
internal readonly struct ResampleWeights : IDisposable
{
    /// <summary>Pillow's: 32 bits less 8 of a channel and 2 of overshoot.</summary>
    public const int FractionBits = 22;

    private readonly int[] _first;
    private readonly int[] _count;
    private readonly float[] _weights;
    private readonly int[]? _fixedPoint;
    private readonly int _stride;

    /// <param name="filter">The kernel.</param>
    /// <param name="source">Pixels of the source on this axis.</param>
    /// <param name="start">Left edge of the part that is used, in source pixels.</param>
    /// <param name="length">Its length, in source pixels.</param>
    /// <param name="target">Pixels of the target on this axis.</param>
    /// <param name="fixedPoint">Whether <see cref="FixedPointOf"/> is asked for.</param>
    public ResampleWeights(ResampleFilter filter, int source, double start, double length, int target, bool fixedPoint = false)
    {
        double scale = length / target, stretch = Math.Max(scale, 1), support = SupportOf(filter) * stretch;
        _stride = (int)Math.Ceiling(2 * support) + 1;
        _first = ArrayPool<int>.Shared.Rent(target);
        _count = ArrayPool<int>.Shared.Rent(target);
        _weights = ArrayPool<float>.Shared.Rent(target * _stride);
        _fixedPoint = fixedPoint ? ArrayPool<int>.Shared.Rent(target * _stride) : null;
        for (int i = 0; i < target; i++)
        {
            double centre = start + ((i + 0.5) * scale);
            int first = Math.Clamp((int)Math.Floor(centre - support + 0.5), 0, source - 1);
            int end = Math.Clamp((int)Math.Floor(centre + support + 0.5), first + 1, source);
            Fill(filter, centre, stretch, ref first, ref end, _weights.AsSpan(i * _stride, _stride), _fixedPoint is null ? [] : _fixedPoint.AsSpan(i * _stride, _stride));
            _first[i] = first;
            _count[i] = end - first;
        }
    }

    public int First(int target) => _first[target];

    public ReadOnlySpan<float> Of(int target) => _weights.AsSpan(target * _stride, _count[target]);

    /// <summary>The weights as multiples of 2^−<see cref="FractionBits"/>, rounded to the nearest.</summary>
    public ReadOnlySpan<int> FixedPointOf(int target) => _fixedPoint.AsSpan(target * _stride, _count[target]);

    public void Dispose()
    {
        if (_fixedPoint is not null)
            ArrayPool<int>.Shared.Return(_fixedPoint);
        ArrayPool<int>.Shared.Return(_first);
        ArrayPool<int>.Shared.Return(_count);
        ArrayPool<float>.Shared.Return(_weights);
    }

    private static double SupportOf(ResampleFilter filter) => filter switch
    {
        ResampleFilter.Bilinear => 1,
        ResampleFilter.Lanczos => 3,
        _ => 2,
    };

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);

    private static void Fill(ResampleFilter filter, double centre, double stretch, ref int first, ref int end, Span<float> weights, Span<int> fixedPoint)
    {
        double Kernel(int pixel)
        {
            double x = Math.Abs(pixel + 0.5 - centre) / stretch;
            return filter switch
            {
                ResampleFilter.Bilinear => Math.Max(0, 1 - x),
                ResampleFilter.Lanczos => x < 3 ? Sinc(x) * Sinc(x / 3) : 0,
                _ => x < 1 ? (((1.5 * x) - 2.5) * x * x) + 1
                    : x < 2 ? (((((-0.5 * x) + 2.5) * x) - 4) * x) + 2
                    : 0,
            };
        }

        // Zeros at the ends are dropped, so that a picture of the right size already is copied with one weight a pixel.
        while (end - first > 1 && Math.Abs(Kernel(first)) < 1e-9)
            first++;
        while (end - first > 1 && Math.Abs(Kernel(end - 1)) < 1e-9)
            end--;
        double sum = 0;
        for (int p = first; p < end; p++)
            sum += Kernel(p);
        if (sum == 0)
        {
            weights[..(end - first)].Fill(1f / (end - first));
            if (!fixedPoint.IsEmpty)
                fixedPoint[..(end - first)].Fill((1 << FractionBits) / (end - first));
            return;
        }

        for (int p = first; p < end; p++)
        {
            double weight = Kernel(p) / sum;
            weights[p - first] = (float)weight;
            if (!fixedPoint.IsEmpty)
                fixedPoint[p - first] = (int)Math.Round(weight * (1 << FractionBits), MidpointRounding.AwayFromZero);
        }
    }
}
