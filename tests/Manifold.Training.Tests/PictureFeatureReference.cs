namespace Manifold.Training.Tests;

/// <summary>The picture features of docs/training.md in plain loops, to hold the graph to.</summary>
internal static class PictureFeatureReference
{
    private const double Epsilon = 1e-6;

    public static float[] Compute(ReadOnlySpan<float> pixels, PictureFeatureOptions options)
    {
        int side = options.Side, bins = 2 * options.Orientations, grid = side / options.Cell;
        double[,,] oriented = Orientations(pixels, options);
        var cells = new double[bins, grid, grid];
        for (int k = 0; k < bins; k++)
        {
            for (int y = 0; y < side; y++)
            {
                for (int x = 0; x < side; x++)
                    Share(cells, k, y, x, oriented[k, y, x] / (options.Cell * options.Cell), options.Cell, grid);
            }
        }

        var coarse = new double[bins, grid / 2, grid / 2];
        for (int k = 0; k < bins; k++)
        {
            for (int y = 0; y < grid / 2 * 2; y++)
            {
                for (int x = 0; x < grid / 2 * 2; x++)
                    coarse[k, y / 2, x / 2] += cells[k, y, x] / 4;
            }
        }

        return
        [
            .. Unit(Histogram(cells, options.Orientations, options.BlockFloor), 1), .. Unit(Histogram(coarse, options.Orientations, options.BlockFloor), options.CoarseWeight),
            .. Unit(Colour(pixels.ToArray(), options), options.ColourWeight), .. Unit(Thumbnail(pixels.ToArray(), options), options.ThumbnailWeight),
        ];
    }

    private static double[,,] Orientations(ReadOnlySpan<float> pixels, PictureFeatureOptions options)
    {
        int side = options.Side, bins = 2 * options.Orientations;
        float[] copy = pixels.ToArray();
        double Ink(int c, int y, int x) => y < 0 || x < 0 || y >= side || x >= side ? 0 : 1 - copy[(((c * side) + y) * side) + x];
        var result = new double[bins, side, side];
        for (int y = 0; y < side; y++)
        {
            for (int x = 0; x < side; x++)
            {
                var gradients = Enumerable.Range(0, 3).Select(c => (X: Ink(c, y, x + 1) - Ink(c, y, x - 1), Y: Ink(c, y + 1, x) - Ink(c, y - 1, x))).ToArray();
                float longest = gradients.Max(g => (float)((g.X * g.X) + (g.Y * g.Y)));
                var chosen = gradients.Where(g => (float)((g.X * g.X) + (g.Y * g.Y)) >= longest).ToArray();
                double gx = chosen.Average(g => g.X), gy = chosen.Average(g => g.Y);
                double length = Math.Sqrt((gx * gx) + (gy * gy) + Epsilon);
                for (int k = 0; k < bins; k++)
                {
                    double angle = 2 * Math.PI * k / bins;
                    double cosine = Math.Max(0, ((gx * Math.Cos(angle)) + (gy * Math.Sin(angle))) / length);
                    result[k, y, x] = Math.Pow(cosine, options.Sharpness) * length;
                }
            }
        }

        return result;
    }

    private static void Share(double[,,] cells, int k, int y, int x, double value, int cell, int grid)
    {
        for (int row = 0; row < grid; row++)
        {
            for (int column = 0; column < grid; column++)
            {
                double dy = 1 - (Math.Abs(y + 0.5 - ((row + 0.5) * cell)) / cell), dx = 1 - (Math.Abs(x + 0.5 - ((column + 0.5) * cell)) / cell);
                if (dy > 0 && dx > 0)
                    cells[k, row, column] += value * dy * dx;
            }
        }
    }

    private static List<double> Histogram(double[,,] cells, int orientations, double floor)
    {
        int grid = cells.GetLength(1), bins = 2 * orientations;
        var energy = new double[grid, grid];
        for (int k = 0; k < bins; k++)
        {
            for (int y = 0; y < grid; y++)
            {
                for (int x = 0; x < grid; x++)
                    energy[y, x] += cells[k, y, x] * cells[k, y, x];
            }
        }

        var values = new List<double>();
        for (int bin = 0; bin < 3 * orientations; bin++)
        {
            for (int y = 0; y < grid; y++)
            {
                for (int x = 0; x < grid; x++)
                {
                    double sum = 0;
                    int count = 0;
                    int reach = grid > 2 ? 1 : 0;
                    for (int v = Math.Max(0, y - reach); v <= Math.Min(grid - 1, y + reach); v++)
                    {
                        for (int u = Math.Max(0, x - reach); u <= Math.Min(grid - 1, x + reach); u++, count++)
                            sum += energy[v, u];
                    }

                    double value = bin < bins ? cells[bin, y, x] : cells[bin - bins, y, x] + cells[bin - bins + orientations, y, x];
                    values.Add(Math.Sqrt(Math.Min(1, value / Math.Sqrt((sum / count) + floor)) + Epsilon));
                }
            }
        }

        return values;
    }

    private static IEnumerable<double> Colour(float[] pixels, PictureFeatureOptions options)
    {
        int side = options.Side, levels = options.ColourLevels, colours = levels * levels * levels, grid = options.ColourGrid, cell = side / 2 / grid;
        double step = 1.0 / (levels - 1), width = 0.5 * step;
        var pooled = new double[colours, grid, grid];
        for (int y = 0; y < side / 2; y++)
        {
            for (int x = 0; x < side / 2; x++)
            {
                double[] p = [.. Enumerable.Range(0, 3).Select(c => Mean(pixels, c, side, 2 * y, 2 * x, 2))];
                double[] shares = [.. Enumerable.Range(0, colours).Select(c =>
                {
                    double[] q = [c / (levels * levels) * step, c / levels % levels * step, c % levels * step];
                    return Math.Exp(-q.Zip(p).Sum(pair => (pair.First - pair.Second) * (pair.First - pair.Second)) / (2 * width * width));
                })];
                double sum = shares.Sum();
                for (int c = 0; c < colours; c++)
                    pooled[c, y / cell, x / cell] += shares[c] / sum / (cell * cell);
            }
        }

        return pooled.Cast<double>().Select(value => Math.Sqrt(value + Epsilon));
    }

    private static IEnumerable<double> Thumbnail(float[] pixels, PictureFeatureOptions options)
    {
        int grid = options.Side / options.Cell;
        return from c in Enumerable.Range(0, 3)
               from y in Enumerable.Range(0, grid)
               from x in Enumerable.Range(0, grid)
               select 1 - Mean(pixels, c, options.Side, y * options.Cell, x * options.Cell, options.Cell);
    }

    private static double Mean(float[] pixels, int channel, int side, int top, int left, int size)
    {
        double sum = 0;
        for (int y = top; y < top + size; y++)
        {
            for (int x = left; x < left + size; x++)
                sum += pixels[(((channel * side) + y) * side) + x];
        }

        return sum / (size * size);
    }

    private static IEnumerable<float> Unit(IEnumerable<double> values, double weight)
    {
        double[] all = [.. values];
        double length = Math.Sqrt(all.Sum(value => value * value)) + Epsilon;
        return all.Select(value => (float)(value / length * weight));
    }
}
