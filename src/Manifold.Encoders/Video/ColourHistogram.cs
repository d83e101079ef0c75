namespace Manifold.Encoders;

/// <summary>
/// The colours of a frame wherever they are: 4 × 4 × 4 bins of red, green and blue, each pixel shared among the eight bins around it. It changes
/// little while a picture moves or grows, and much from one scene to the next; docs/media.md has the measurement.
/// </summary>
internal static class ColourHistogram
{
    public const int Bins = Side * Side * Side;

    private const int Side = 4;

    // Every pixel of a small frame, and an even share of a large one.
    private const int EnoughPixels = 1 << 15;

    /// <returns>[bins], adding up to 1.</returns>
    public static float[] Of(VideoFrame frame)
    {
        float[] bins = new float[Bins];
        int pixels = frame.Width * frame.Height, step = Math.Max(1, pixels / EnoughPixels);

        // A step that shares a factor with the width would see some columns only.
        while (step > 1 && frame.Width % step == 0)
            step++;
        int counted = 0;
        for (int i = 0; i < pixels; i += step, counted++)
            Add(bins, frame.Rgb.AsSpan(3 * i, 3));
        for (int i = 0; i < bins.Length; i++)
            bins[i] /= counted;
        return bins;
    }

    /// <summary>Half the sum of absolute differences: 0 for the same colours, 1 for none in common.</summary>
    public static float Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        float sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += Math.Abs(a[i] - b[i]);
        return sum / 2;
    }

    private static void Add(float[] bins, ReadOnlySpan<byte> rgb)
    {
        const float Scale = (Side - 1) / 255f;
        float r = rgb[0] * Scale, g = rgb[1] * Scale, b = rgb[2] * Scale;
        int ri = Math.Min((int)r, Side - 2), gi = Math.Min((int)g, Side - 2), bi = Math.Min((int)b, Side - 2);
        r -= ri;
        g -= gi;
        b -= bi;
        int at = (((ri * Side) + gi) * Side) + bi;
        for (int corner = 0; corner < 8; corner++)
        {
            float weight = ((corner & 4) != 0 ? r : 1 - r) * ((corner & 2) != 0 ? g : 1 - g) * ((corner & 1) != 0 ? b : 1 - b);
            bins[at + ((corner >> 2) * Side * Side) + ((corner >> 1 & 1) * Side) + (corner & 1)] += weight;
        }
    }
}
