using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Manifold.Index;
using Manifold.Index.Kernels;

namespace Manifold.Benchmarks;

/// <summary><c>together</c>: exact search of many queries in one pass, beside as many single searches and the processor's peak of multiply-adds. One thread's processor time; all take turns.</summary>
internal static unsafe class TogetherCommand
{
    public static Command Create()
    {
        Option<int[]> dimensions = new("--dimension") { Description = "Dimensions, one after another", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [128] };
        Option<int> rows = new("--rows") { Description = "Rows", DefaultValueFactory = _ => 200_000 };
        Option<int[]> queries = new("--queries") { Description = "Queries of a pass", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [2, 16, 64] };
        Option<int> rounds = new("--rounds") { Description = "Rounds", DefaultValueFactory = _ => 15 };
        Option<Metric> metric = new("--metric") { Description = "Metric", DefaultValueFactory = _ => Metric.InnerProduct };
        Option<FileInfo?> json = new("--json") { Description = "Also write the figures to this file" };
        Command command = new("together", "Exact search of many queries in one pass, one thread") { dimensions, rows, queries, rounds, metric, json };
        command.SetAction(parsed =>
        {
            List<Figures> figures = [];
            Console.WriteLine("| metric | rows | dimension | queries | queries/s | one by one | ratio | GFLOP/s | of the peak |");
            Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
            foreach (int dimension in parsed.GetRequiredValue(dimensions))
            {
                foreach (int count in parsed.GetRequiredValue(queries))
                {
                    figures.Add(Measure(parsed.GetRequiredValue(metric), parsed.GetRequiredValue(rows), dimension, count, parsed.GetRequiredValue(rounds)));
                    var f = figures[^1];
                    Console.WriteLine(FormattableString.Invariant(
                        $"| {f.Metric} | {f.Rows:N0} | {f.Dimension} | {f.Queries} | {f.QueriesPerSecond:N0} | {f.OneByOne:N0} | {f.Ratio:N1} | {f.GFlops:N0} | {f.PeakShare:P0} |"));
                }
            }

            if (parsed.GetValue(json) is { } file)
                BenchmarkReport.Write(file, figures);
        });
        return command;
    }

    private static Figures Measure(Metric metric, int rows, int dimension, int count, int rounds)
    {
        using NativeBuffer block = new((long)rows * dimension * sizeof(float)), asked = new((long)count * dimension * sizeof(float));
        Random random = new(1);
        Fill(random, (float*)block.Pointer, (long)rows * dimension);
        Fill(random, (float*)asked.Pointer, (long)count * dimension);
        VectorBlock vectors = new((float*)block.Pointer, rows, dimension);
        using SharedScan scan = new(metric, dimension, count);
        TopK[] results = [.. Enumerable.Range(0, count).Select(_ => new TopK(10, new RowNumberOrder()))];
        List<double> together = [], single = [], peak = [], ratios = [], shares = [];

        // Round 0 warms up.
        for (int round = 0; round <= rounds; round++)
        {
            double peakRate = Peak();
            double begin = ThreadTime.Seconds;
            scan.Begin(count);
            for (int i = 0; i < count; i++)
            {
                results[i].Reset();
                scan.Add(i, new ReadOnlySpan<float>((float*)asked.Pointer + ((long)i * dimension), dimension), float.NegativeInfinity, results[i]);
            }

            scan.Scan(vectors, 0, []);
            double pass = (ThreadTime.Seconds - begin) / count;
            begin = ThreadTime.Seconds;
            results[0].Reset();
            FlatScan.Scan(metric, new ReadOnlySpan<float>((float*)asked.Pointer, dimension), vectors, 0, [], float.NegativeInfinity, results[0]);
            double one = ThreadTime.Seconds - begin;
            if (round == 0)
                continue;
            together.Add(1 / pass);
            single.Add(1 / one);
            peak.Add(peakRate);
            ratios.Add(one / pass);
            shares.Add(2e-9 * rows * dimension / pass / peakRate);
        }

        return new Figures(
            metric, rows, dimension, count, Median.Of(together), Median.Of(single), Median.Of(ratios), 2e-9 * rows * dimension * Median.Of(together), Median.Of(peak), Median.Of(shares));
    }

    /// <summary>GFLOP/s of multiply-adds on registers alone: 12 sums, more than hide the latency of two units.</summary>
    private static double Peak()
    {
        const int Steps = 2_000_000;
        double begin = ThreadTime.Seconds;
        float used = MultiplyAdd(Steps);
        double seconds = ThreadTime.Seconds - begin;
        return float.IsFinite(used) ? 12.0 * 2 * Vector512<float>.Count * Steps / seconds / 1e9 : 0;
    }

    // By itself: beside a call the compiler would keep the sums in memory.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float MultiplyAdd(int steps)
    {
        Vector512<float> x = Vector512.Create(0.999f), y = Vector512.Create(1e-3f);
        Vector512<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default, i = default, j = default, k = default, l = default;
        for (int step = 0; step < steps; step++)
        {
            a = Vector512.MultiplyAddEstimate(x, y, a);
            b = Vector512.MultiplyAddEstimate(x, y, b);
            c = Vector512.MultiplyAddEstimate(x, y, c);
            d = Vector512.MultiplyAddEstimate(x, y, d);
            e = Vector512.MultiplyAddEstimate(x, y, e);
            f = Vector512.MultiplyAddEstimate(x, y, f);
            g = Vector512.MultiplyAddEstimate(x, y, g);
            h = Vector512.MultiplyAddEstimate(x, y, h);
            i = Vector512.MultiplyAddEstimate(x, y, i);
            j = Vector512.MultiplyAddEstimate(x, y, j);
            k = Vector512.MultiplyAddEstimate(x, y, k);
            l = Vector512.MultiplyAddEstimate(x, y, l);
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    private static void Fill(Random random, float* target, long count)
    {
        for (long i = 0; i < count; i++)
            target[i] = (float)(random.NextDouble() - 0.5);
    }

    /// <summary>Medians; ratios are medians of the rounds' ratios.</summary>
    private sealed record Figures(
        Metric Metric, int Rows, int Dimension, int Queries, double QueriesPerSecond, double OneByOne, double Ratio, double GFlops, double PeakGFlops, double PeakShare);
}
