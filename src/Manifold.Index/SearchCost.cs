using Manifold.Index.Partitions;
using Manifold.Index.Scalar;

namespace Manifold.Index;

/// <summary>
/// What ways to search a segment cost, in nanoseconds of one thread. Only their order decides, so that the constants need not fit a machine well. They were taken on one machine
/// only.
/// </summary>
/// <remarks>
/// Constants are of a 2-core virtual machine (AMD EPYC, Zen 5, AVX-512) with other programs running. Rows in order arrive at 20 GB/s, rows that lie apart at 8 (docs/performance.md). Of an index,
/// searches of 340,479 × 100 at five efforts give a fixed part, a part a partition (its centroid and the first lines of its blocks come from memory), and parts a vector scanned and refined, which
/// grow with the dimension.
/// </remarks>
internal static class SearchCost
{
    private const double BytesInOrderPerNanosecond = 20, BytesApartPerNanosecond = 8;
    private const double FixedNanoseconds = 20_000, PartitionNanoseconds = 390;

    // Rows that lie apart are scored while the k-th best is not known yet, and others because they come within their bounds: a guess of some hundred, at 100 ns each.
    private const double ScalarFixedNanoseconds = 20_000;

    // Of one element of a code.
    private const double SignNanoseconds = 0.0042, CodeNanoseconds = 0.1;

    // From this share of rows on a scan reads all of them: see BlockScan.
    private const double DenseShare = 24.0 / 64;

    /// <summary>Scoring all rows that are allowed.</summary>
    /// <param name="rows">Rows of the segment.</param>
    /// <param name="allowed">Those that may be found.</param>
    /// <param name="dimension">Elements of a vector.</param>
    public static double OfScan(int rows, int allowed, int dimension) => OfReading(rows, allowed, dimension * (double)sizeof(float));

    /// <summary>The same by way of scalar codes.</summary>
    /// <param name="rows">Rows of the segment.</param>
    /// <param name="allowed">Those that may be found.</param>
    /// <param name="codes">The codes.</param>
    public static double OfScan(int rows, int allowed, ScalarCodes codes) => ScalarFixedNanoseconds + OfReading(rows, allowed, codes.RowBytes);

    private static double OfReading(int rows, int allowed, double bytes)
    {
        return allowed >= rows * DenseShare ? rows * bytes / BytesInOrderPerNanosecond : allowed * bytes / BytesApartPerNanosecond;
    }

    /// <summary>Searching an index.</summary>
    /// <param name="rows">Vectors of the index.</param>
    /// <param name="partitions">Its partitions.</param>
    /// <param name="rotatedDimension">Elements of a code.</param>
    /// <param name="effort">What it takes without a filter.</param>
    /// <param name="allowedShare">The share of its vectors that may be found: where it is small, the k-th best lies farther away, and more is looked at. Taken to grow with its root.</param>
    public static double OfIndex(int rows, int partitions, int rotatedDimension, in RecallEntry effort, double allowedShare)
    {
        var more = 1 / Math.Sqrt(Math.Max(allowedShare, 1e-9));
        var probed = Math.Min(effort.Partitions * more, partitions);
        var scanned = Math.Min(effort.Scanned * more, rows);
        return FixedNanoseconds + (probed * PartitionNanoseconds) + (rotatedDimension * ((scanned * SignNanoseconds) + (effort.Refined * CodeNanoseconds)));
    }
}
