namespace Manifold.Index.Partitions;

/// <summary>
/// An approximate index over the vectors of one space of a segment: partitions around centroids, each with the codes of its vectors (see <see cref="CodeEncoder"/>). Knows only where its parts are;
/// whoever made it keeps them alive. Immutable, so safe for any number of threads.
/// </summary>
internal sealed unsafe class PartitionIndex
{
    /// <summary>The segment whose vectors are exact.</summary>
    public required SegmentReader Segment { get; init; }

    /// <summary>The index of the space in the segment.</summary>
    public required int Space { get; init; }

    /// <summary>The metric of the space.</summary>
    public required Metric Metric { get; init; }

    /// <summary>The form of the codes.</summary>
    public required CodeLayout Layout { get; init; }

    /// <summary>Before coding, vectors and queries are rotated by this.</summary>
    public required Rotation Rotation { get; init; }

    /// <summary>Seed of the rotation.</summary>
    public required int Seed { get; init; }

    /// <summary>Number of partitions.</summary>
    public required int Partitions { get; init; }

    /// <summary>Vectors that are coded.</summary>
    public required int Rows { get; init; }

    /// <summary>‖w‖ √((1 − κ²) / (n − 1)) of the signs, as the root of its mean square over all vectors: the deviation of an estimate's error in units of multiply · ‖q − c‖.</summary>
    public required float SignDeviation { get; init; }

    /// <summary>The same of whole codes.</summary>
    public required float CodeDeviation { get; init; }

    /// <summary>[partitions × dimension].</summary>
    public required float* Centroids { get; init; }

    /// <summary>The directory: signs of the centroids, coded around <see cref="Mean"/> for inner products, [⌈partitions / 32⌉ × block bytes of one bit].</summary>
    public required byte* Directory { get; init; }

    /// <summary>The mean of the centroids, [dimension].</summary>
    public required float* Mean { get; init; }

    /// <summary>multiply · ‖w‖ √((1 − κ²) / (n − 1)) of the directory, as the root of its mean square: the deviation of an estimate's error in units of ‖q − mean‖.</summary>
    public required float DirectoryDeviation { get; init; }

    /// <summary>The mean of ‖c‖².</summary>
    public required float MeanSquaredNorm { get; init; }

    /// <summary>‖c‖² of each centroid; readable up to a multiple of 32.</summary>
    public required float* SquaredNorms { get; init; }

    /// <summary>The root mean square distance of a partition's vectors to its centroid; readable up to a multiple of 32.</summary>
    public required float* Spreads { get; init; }

    /// <summary>[partitions + 1]: where a partition's vectors begin in the order of the index.</summary>
    public required int* RowStarts { get; init; }

    /// <summary>[partitions + 1]: where a partition's blocks begin.</summary>
    public required int* BlockStarts { get; init; }

    /// <summary>[blocks × block bytes].</summary>
    public required byte* Blocks { get; init; }

    /// <summary>[rows × low bytes].</summary>
    public required byte* LowCodes { get; init; }

    /// <summary>[rows]: the segment's row of each vector in the order of the index.</summary>
    public required int* RowIds { get; init; }

    /// <summary>What effort gave what recall on vectors of the segment.</summary>
    public RecallTable Recall { get; set; } = RecallTable.Empty;
}
