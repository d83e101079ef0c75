using System.Runtime.InteropServices;

namespace Manifold.Index.Partitions;

/// <summary>The stored form of a partition index: its settings section, and how an index is made of the sections of a file.</summary>
/// <remarks>
/// Settings, little-endian: i32 bits, partitions, vectors, blocks, seed; float32 sign deviation, code deviation, directory deviation, mean squared norm; i32 number of measurements; for
/// each i32 limit, float32 reach, sign slack, recall, its lower end, partitions, scanned, refined.
/// </remarks>
internal static unsafe class PartitionSettings
{
    private const int Fields = 10;
    private const int MeasurementFields = 8;
    private const int MaxMeasurements = 10_000;

    /// <summary>Blocks that hold this many rows.</summary>
    public static int Blocks(int rows) => (int)(((long)rows + CodeLayout.BlockRows - 1) / CodeLayout.BlockRows);

    /// <summary>Rows of whole blocks.</summary>
    public static int Padded(int rows) => Blocks(rows) * CodeLayout.BlockRows;

    /// <summary>The settings section.</summary>
    public static byte[] Encode(PartitionIndex index)
    {
        var fields = new List<int>
        {
            index.Layout.Bits, index.Partitions, index.Rows, index.BlockStarts[index.Partitions], index.Seed,
            Bits(index.SignDeviation), Bits(index.CodeDeviation), Bits(index.DirectoryDeviation), Bits(index.MeanSquaredNorm), index.Recall.Entries.Count,
        };
        foreach (var entry in index.Recall.Entries)
        {
            fields.AddRange(
                [entry.Limit, Bits(entry.Effort.Reach), Bits(entry.Effort.SignSlack), Bits(entry.Recall), Bits(entry.RecallLow), Bits(entry.Partitions), Bits(entry.Scanned), Bits(entry.Refined)]);
        }

        return MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(fields)).ToArray();

        static int Bits(float value) => BitConverter.SingleToInt32Bits(value);
    }

    /// <summary>The index of a space in an open file; null where it has none. Checks settings, lengths and starts, so that searches stay within the file.</summary>
    /// <exception cref="CorruptSegmentException">A section is missing, of another length, or impossible.</exception>
    public static PartitionIndex? Open(SectionFile file, SegmentReader segment, int space)
    {
        var (name, dimension, metric) = segment.Spaces[space];
        if (file.TryFind(SectionKind.PartitionSettings, name) is not { } settings)
            return null;
        if (settings.Length < Fields * sizeof(int) || settings.Length % sizeof(int) != 0)
            throw file.Damaged(settings, 0, $"{settings.Length} bytes are no settings");
        var fields = (int*)file.At(settings);
        int bits = fields[0], partitions = fields[1], rows = fields[2], blocks = fields[3], measurements = fields[9];
        if (bits is < 1 or > 4 || rows < 1 || rows > file.RowCount || partitions < 1 || partitions > rows || blocks < Blocks(rows) || blocks > (long)Blocks(rows) + partitions)
            throw file.Damaged(settings, 0, $"{bits} bits, {partitions} partitions, {rows} vectors and {blocks} blocks are not possible");
        if (measurements is < 0 or > MaxMeasurements || settings.Length != (Fields + ((long)measurements * MeasurementFields)) * sizeof(int))
            throw file.Damaged(settings, (Fields - 1) * sizeof(int), $"{measurements} measurements do not fit {settings.Length} bytes");

        var layout = new CodeLayout(dimension, bits);
        var centroids = (float*)Section(SectionKind.PartitionCentroids, (partitions + 1L) * dimension * sizeof(float));
        var spreads = (float*)Section(SectionKind.PartitionSpreads, 2L * Padded(partitions) * sizeof(float));
        var starts = (int*)Section(SectionKind.PartitionStarts, 2 * (partitions + 1L) * sizeof(int));
        CheckStarts(file, name, starts, partitions, rows, blocks);
        return new PartitionIndex
        {
            Segment = segment,
            Space = space,
            Metric = metric,
            Layout = layout,
            Rotation = new Rotation(dimension, fields[4]),
            Seed = fields[4],
            Partitions = partitions,
            Rows = rows,
            SignDeviation = Single(fields[5]),
            CodeDeviation = Single(fields[6]),
            DirectoryDeviation = Single(fields[7]),
            MeanSquaredNorm = Single(fields[8]),
            Centroids = centroids,
            Mean = centroids + ((long)partitions * dimension),
            Directory = Section(SectionKind.PartitionDirectory, (long)Blocks(partitions) * (layout with { Bits = 1 }).BlockBytes),
            SquaredNorms = spreads,
            Spreads = spreads + Padded(partitions),
            RowStarts = starts,
            BlockStarts = starts + partitions + 1,
            Blocks = Section(SectionKind.PartitionBlocks, (long)blocks * layout.BlockBytes),
            LowCodes = Section(SectionKind.PartitionLowCodes, (long)rows * layout.LowBytes),
            RowIds = (int*)Section(SectionKind.PartitionRows, (long)rows * sizeof(int)),
            Recall = Measurements(fields, measurements),
        };

        byte* Section(SectionKind kind, long length) => file.At(file.Find(kind, name, length));
    }

    private static float Single(int bits) => BitConverter.Int32BitsToSingle(bits);

    private static RecallTable Measurements(int* fields, int count)
    {
        var entries = new RecallEntry[count];
        for (var i = 0; i < count; i++)
        {
            var at = fields + Fields + (i * MeasurementFields);
            entries[i] = new RecallEntry(
                at[0], new ProbeEffort(Single(at[1]), Single(at[2])), Single(at[3]), Single(at[4]), Single(at[5]), Single(at[6]), Single(at[7]));
        }

        return new RecallTable(entries);
    }

    private static void CheckStarts(SectionFile file, string name, int* starts, int partitions, int rows, int blocks)
    {
        var blockStarts = starts + partitions + 1;
        var good = starts[0] == 0 && blockStarts[0] == 0 && starts[partitions] == rows && blockStarts[partitions] == blocks;
        for (var p = 0; p < partitions && good; p++)
            good = starts[p + 1] >= starts[p] && blockStarts[p + 1] == blockStarts[p] + Blocks(starts[p + 1] - starts[p]);
        if (!good)
            throw file.Damaged(file.Find(SectionKind.PartitionStarts, name), 0, $"the starts of {partitions} partitions do not add up to {rows} vectors in {blocks} blocks");
    }
}
