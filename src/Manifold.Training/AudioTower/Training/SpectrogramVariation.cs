namespace Manifold.Training;

/// <summary>Draws variations of spectrograms. Not thread-safe: the random numbers are its own.</summary>
internal sealed class SpectrogramVariation(SpectrogramVariationConfig config, int bands, Random random)
{
    /// <summary>Frames of a variation of a clip with so many, and its speed.</summary>
    public (int Frames, double Speed) DrawSpeed(int frames)
    {
        double speed = 1 + (config.Speed * Symmetric());
        return (Math.Max(1, (int)Math.Round(frames / speed)), speed);
    }

    /// <summary>Writes a variation.</summary>
    /// <param name="clip">[bands × frames], natural logarithms of energies.</param>
    /// <param name="speed">From <see cref="DrawSpeed"/>.</param>
    /// <param name="destination">[bands × stride], of which the first <paramref name="count"/> frames are written.</param>
    /// <param name="stride">Frames of a row of the destination.</param>
    /// <param name="count">Frames of the variation.</param>
    public void Draw(ReadOnlySpan<Half> clip, double speed, Span<float> destination, int stride, int count)
    {
        int frames = clip.Length / bands;
        double warp = 1 + (config.Pitch * Symmetric());
        float tilt = (float)(config.Tilt * Normal());
        float peak = float.NegativeInfinity;
        for (int band = 0; band < bands; band++)
        {
            // A band between two bands, at a time between two frames.
            double from = Math.Clamp(band * warp, 0, bands - 1);
            int low = (int)from, high = Math.Min(bands - 1, low + 1);
            float share = (float)(from - low), slope = tilt * (((float)band / bands) - 0.5f);
            ReadOnlySpan<Half> lower = clip.Slice(low * frames, frames), upper = clip.Slice(high * frames, frames);
            for (int t = 0; t < count; t++)
            {
                double at = Math.Clamp(t * speed, 0, frames - 1);
                int before = (int)at, after = Math.Min(frames - 1, before + 1);
                float part = (float)(at - before);
                float value = (((1 - share) * (((1 - part) * (float)lower[before]) + (part * (float)lower[after]))) + (share * (((1 - part) * (float)upper[before]) + (part * (float)upper[after])))) + slope;
                destination[(band * stride) + t] = value;
                peak = Math.Max(peak, value);
            }
        }

        if (random.NextDouble() < config.Noise)
            AddNoise(destination, stride, count, peak);
        if (config.Mask > 0)
            Hide(destination, stride, count, peak);
    }

    // Energies add; noise is steady, of a random colour, and flickers.
    private void AddNoise(Span<float> destination, int stride, int count, float peak)
    {
        float level = peak - (float)((config.NoiseBelow + (30 * random.NextDouble())) * Math.Log(10) / 10), colour = (float)(2 * Normal());
        for (int band = 0; band < bands; band++)
        {
            float ofBand = level + (colour * (((float)band / bands) - 0.5f));
            foreach (ref float value in destination.Slice(band * stride, count))
            {
                float noise = ofBand + (float)Math.Log(0.05 - Math.Log(1 - random.NextDouble()));
                float greater = Math.Max(value, noise);
                value = greater + MathF.Log(MathF.Exp(value - greater) + MathF.Exp(noise - greater));
            }
        }
    }

    private void Hide(Span<float> destination, int stride, int count, float peak)
    {
        float quiet = peak - 8;
        int wide = random.Next(config.Mask + 1), band = random.Next(Math.Max(1, bands - wide));
        for (int b = band; b < band + wide; b++)
            destination.Slice(b * stride, count).Fill(quiet);
        int longer = Math.Min(random.Next(config.Mask + 1), count / 5), frame = random.Next(Math.Max(1, count - longer));
        for (int b = 0; b < bands; b++)
            destination.Slice((b * stride) + frame, longer).Fill(quiet);
    }

    private double Symmetric() => (2 * random.NextDouble()) - 1;

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
