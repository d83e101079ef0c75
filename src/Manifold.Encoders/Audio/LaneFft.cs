using System.Numerics;

namespace Manifold.Encoders;

/// <summary>
/// Power spectra of real frames, as many at once as a vector register has floats: lane l of every vector belongs to frame l, so that each
/// butterfly is plain vector arithmetic without a shuffle, whatever the radix.
/// </summary>
/// <remarks>
/// Stockham's self-sorting algorithm with radices 4, 2, 3 and 5 (Swarztrauber, <i>FFT algorithms for vector computers</i>, Parallel
/// Computing 1, 1984) on n/2 complex numbers, which hold a real frame of n. Twiddles are computed in double and rounded once. An instance
/// holds its work space, so it serves one thread at a time.
/// </remarks>
internal sealed class LaneFft
{
    private readonly int _half;
    private readonly Stage[] _stages;
    private readonly float[] _splitCos;
    private readonly float[] _splitSin;
    private Vector<float>[] _re;
    private Vector<float>[] _im;
    private Vector<float>[] _re2;
    private Vector<float>[] _im2;

    /// <param name="length">n; see <see cref="IsSupported"/>.</param>
    public LaneFft(int length)
    {
        if (!IsSupported(length))
            throw new ArgumentOutOfRangeException(nameof(length), length, "must be even, with no prime factor above 5");
        Length = length;
        _half = length / 2;
        _re = new Vector<float>[_half];
        _im = new Vector<float>[_half];
        _re2 = new Vector<float>[_half];
        _im2 = new Vector<float>[_half];
        _stages = [.. Factors(_half)];
        _splitCos = new float[_half + 1];
        _splitSin = new float[_half + 1];
        for (int k = 0; k <= _half; k++)
            (_splitSin[k], _splitCos[k]) = Turn(k, length);
    }

    /// <summary>Frames at once.</summary>
    public static int Lanes => Vector<float>.Count;

    /// <summary>Samples of a frame.</summary>
    public int Length { get; }

    /// <summary>Whether frames of so many samples can be transformed: an even number of at least 2 without a prime factor above 5.</summary>
    public static bool IsSupported(int length)
    {
        if (length < 2 || length % 2 != 0)
            return false;
        foreach (int prime in (ReadOnlySpan<int>)[2, 3, 5])
        {
            while (length % prime == 0)
                length /= prime;
        }

        return length == 1;
    }

    /// <summary>|X[k]|² of each frame, k = 0 … n/2.</summary>
    /// <param name="frames">[n × lanes]: sample t of frame l at t × lanes + l.</param>
    /// <param name="power">[(n/2 + 1)], a vector of lanes for each bin; overwritten.</param>
    public void Power(ReadOnlySpan<float> frames, Span<Vector<float>> power)
    {
        ReadOnlySpan<Vector<float>> samples = System.Runtime.InteropServices.MemoryMarshal.Cast<float, Vector<float>>(frames);
        for (int i = 0; i < _half; i++)
        {
            _re[i] = samples[2 * i];
            _im[i] = samples[(2 * i) + 1];
        }

        int stride = 1;
        foreach (Stage stage in _stages)
        {
            Run(stage, stride);
            (_re, _re2) = (_re2, _re);
            (_im, _im2) = (_im2, _im);
            stride *= stage.Radix;
        }

        Split(power);
    }

    /// <summary>X[k] = E[k] + e^(−2πik/n) O[k], where E and O are the spectra of the even and the odd samples.</summary>
    private void Split(Span<Vector<float>> power)
    {
        Vector<float> half = new(0.5f);
        for (int k = 0; k <= _half; k++)
        {
            int a = k == _half ? 0 : k, b = k == 0 ? 0 : _half - k;
            Vector<float> evenRe = (_re[a] + _re[b]) * half, evenIm = (_im[a] - _im[b]) * half;
            Vector<float> oddRe = (_im[a] + _im[b]) * half, oddIm = (_re[b] - _re[a]) * half;
            Vector<float> cos = new(_splitCos[k]), sin = new(_splitSin[k]);
            Vector<float> re = evenRe + (oddRe * cos) - (oddIm * sin), im = evenIm + (oddRe * sin) + (oddIm * cos);
            power[k] = (re * re) + (im * im);
        }
    }

    private void Run(Stage stage, int stride)
    {
        int radix = stage.Radix, groups = stage.Groups;
        for (int q = 0; q < groups; q++)
        {
            ReadOnlySpan<float> cos = stage.Cos.AsSpan(q * radix, radix), sin = stage.Sin.AsSpan(q * radix, radix);
            for (int r = 0; r < stride; r++)
            {
                int from = r + (stride * q), step = stride * groups, to = r + (stride * radix * q);
                switch (radix)
                {
                    case 2:
                        Store(to, _re[from] + _re[from + step], _im[from] + _im[from + step]);
                        Store(to + stride, _re[from] - _re[from + step], _im[from] - _im[from + step], cos[1], sin[1]);
                        break;
                    case 4:
                        Radix4(from, step, to, stride, cos, sin);
                        break;
                    default:
                        AnyRadix(stage, from, step, to, stride, cos, sin);
                        break;
                }
            }
        }
    }

    private void Radix4(int from, int step, int to, int stride, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin)
    {
        int i1 = from + step, i2 = i1 + step, i3 = i2 + step;
        Vector<float> sumRe = _re[from] + _re[i2], sumIm = _im[from] + _im[i2], differenceRe = _re[from] - _re[i2], differenceIm = _im[from] - _im[i2];
        Vector<float> oddRe = _re[i1] + _re[i3], oddIm = _im[i1] + _im[i3], crossRe = _re[i1] - _re[i3], crossIm = _im[i1] - _im[i3];
        Store(to, sumRe + oddRe, sumIm + oddIm);
        Store(to + stride, differenceRe + crossIm, differenceIm - crossRe, cos[1], sin[1]);
        Store(to + (2 * stride), sumRe - oddRe, sumIm - oddIm, cos[2], sin[2]);
        Store(to + (3 * stride), differenceRe - crossIm, differenceIm + crossRe, cos[3], sin[3]);
    }

    private void AnyRadix(Stage stage, int from, int step, int to, int stride, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin)
    {
        int radix = stage.Radix;
        for (int j = 0; j < radix; j++)
        {
            Vector<float> re = _re[from], im = _im[from];
            for (int i = 1; i < radix; i++)
            {
                int turn = i * j % radix, at = from + (step * i);
                Vector<float> c = new(stage.RootCos[turn]), s = new(stage.RootSin[turn]);
                re += (_re[at] * c) - (_im[at] * s);
                im += (_re[at] * s) + (_im[at] * c);
            }

            Store(to + (j * stride), re, im, cos[j], sin[j]);
        }
    }

    private void Store(int at, Vector<float> re, Vector<float> im)
    {
        _re2[at] = re;
        _im2[at] = im;
    }

    private void Store(int at, Vector<float> re, Vector<float> im, float cos, float sin)
    {
        Vector<float> c = new(cos), s = new(sin);
        _re2[at] = (re * c) - (im * s);
        _im2[at] = (re * s) + (im * c);
    }

    private static IEnumerable<Stage> Factors(int length)
    {
        foreach (int radix in (int[])[5, 3, 4, 2])
        {
            for (; length % radix == 0; length /= radix)
                yield return new Stage(radix, length / radix);
        }
    }

    private static (float Sin, float Cos) Turn(long numerator, int denominator)
    {
        (double sin, double cos) = Math.SinCos(-2 * Math.PI * (numerator % denominator) / denominator);
        return ((float)sin, (float)cos);
    }

    /// <summary>One pass: butterflies of a radix over groups, with e^(−2πi qj/(radix × groups)) at q × radix + j.</summary>
    private sealed class Stage
    {
        public Stage(int radix, int groups)
        {
            Radix = radix;
            Groups = groups;
            Cos = new float[radix * groups];
            Sin = new float[radix * groups];
            for (int i = 0; i < Cos.Length; i++)
                (Sin[i], Cos[i]) = Turn((long)(i / radix) * (i % radix), radix * groups);
            RootCos = new float[radix];
            RootSin = new float[radix];
            for (int j = 0; j < radix; j++)
                (RootSin[j], RootCos[j]) = Turn(j, radix);
        }

        public int Radix { get; }

        public int Groups { get; }

        public float[] Cos { get; }

        public float[] Sin { get; }

        public float[] RootCos { get; }

        public float[] RootSin { get; }
    }
}
