namespace Manifold.Encoders;

/// <summary>
/// Triangular filters, equally wide in mel, over the bins of a spectrum: filter m rises from edge m to edge m + 1 and falls to edge m + 2.
/// Only the bins within a filter are kept.
/// </summary>
internal sealed class MelFilterbank
{
    private MelFilterbank(Band[] bands) => Bands = bands;

    public IReadOnlyList<Band> Bands { get; }

    public static MelFilterbank Of(MelOptions options, int sampleRate)
    {
        double low = ToMel(options.MinHz, options.Scale), high = ToMel(options.MaxHz ?? sampleRate / 2.0, options.Scale);
        double[] edges = [.. Enumerable.Range(0, options.Bands + 2).Select(i => ToHz(low + ((high - low) * i / (options.Bands + 1)), options.Scale))];
        return new MelFilterbank([.. Enumerable.Range(0, options.Bands).Select(m => Triangle(edges[m], edges[m + 1], edges[m + 2], options, sampleRate))]);
    }

    private static Band Triangle(double from, double peak, double to, MelOptions options, int sampleRate)
    {
        double height = options.Norm == MelNorm.Slaney ? 2 / (to - from) : 1, binWidth = (double)sampleRate / options.FftLength;
        var weights = new List<float>();
        int first = 0;
        for (int k = 0; k <= options.FftLength / 2; k++)
        {
            double hz = k * binWidth, weight = Math.Min((hz - from) / (peak - from), (to - hz) / (to - peak)) * height;
            if (weight > 0)
            {
                if (weights.Count == 0)
                    first = k;
                weights.Add((float)weight);
            }
        }

        return new Band(first, [.. weights]);
    }

    private static double ToMel(double hz, MelScale scale) => scale == MelScale.Htk
        ? 2595 * Math.Log10(1 + (hz / 700))
        : hz < 1000 ? hz * 3 / 200 : 15 + (27 * Math.Log(hz / 1000) / Math.Log(6.4));

    private static double ToHz(double mel, MelScale scale) => scale == MelScale.Htk
        ? 700 * (Math.Pow(10, mel / 2595) - 1)
        : mel < 15 ? mel * 200 / 3 : 1000 * Math.Pow(6.4, (mel - 15) / 27);

    /// <summary>One filter.</summary>
    /// <param name="First">The bin of the first weight.</param>
    /// <param name="Weights">Greater than 0, for consecutive bins; empty for a filter that is narrower than a bin.</param>
    public readonly record struct Band(int First, float[] Weights);
}
