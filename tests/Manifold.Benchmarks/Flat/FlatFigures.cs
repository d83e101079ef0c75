using System.Globalization;
using Manifold.Index;

namespace Manifold.Benchmarks;

/// <summary>What <c>flat</c> measured for one dimension. GB are 10⁹ bytes; rates are medians of single passes.</summary>
/// <param name="Metric">The metric searched with.</param>
/// <param name="Rows">Rows of the block.</param>
/// <param name="Dimension">Elements of a row.</param>
/// <param name="K">Results per query.</param>
/// <param name="Allowed">Rows that the filter let through.</param>
/// <param name="RegisterBits">Width of the registers that the kernel used.</param>
/// <param name="Passes">Passes of each kind, interleaved.</param>
/// <param name="ReaderGBPerSecond">The streaming reader over the same memory.</param>
/// <param name="ScanGBPerSecond">The exact search, counting the allowed rows only.</param>
/// <param name="QueriesPerSecond">Searches by one thread.</param>
/// <param name="AgreesWithReference">Whether the results were those of the double-precision reference within rounding.</param>
internal sealed record FlatFigures(
    Metric Metric,
    int Rows,
    int Dimension,
    int K,
    int Allowed,
    int RegisterBits,
    int Passes,
    double ReaderGBPerSecond,
    double ScanGBPerSecond,
    double QueriesPerSecond,
    bool AgreesWithReference)
{
    public const string Header =
        "| metric | rows | dimension | k | allowed | registers | read GB/s | scan GB/s | ratio | queries/s | as reference |\n"
        + "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|";

    /// <summary>Scan bandwidth as a share of the reader's.</summary>
    public double Ratio => ScanGBPerSecond / ReaderGBPerSecond;

    public string ToTableRow() => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Metric} | {Rows:N0} | {Dimension} | {K} | {Allowed:N0} | {RegisterBits} bit | {ReaderGBPerSecond:F1} | {ScanGBPerSecond:F1} | {Ratio:F2} | {QueriesPerSecond:F1} | {(AgreesWithReference ? "yes" : "NO")} |");
}
