using System.Runtime.InteropServices;

namespace Manifold.Index.Scalar;

/// <summary>
/// Vectors of a space in fewer bits each, row by row as the segment has them: what a scan reads instead of the vectors. Lies in a mapped file; reading is safe from any number of threads.
/// </summary>
/// <remarks>
/// x̂ = scale · code, element by element. With e = ‖x − x̂‖, which is kept by row, |⟨q, x⟩ − ⟨q, x̂⟩| ≤ ‖q‖ e (Cauchy-Schwarz), and under L2, whose score is 2⟨q, x⟩ − ‖q‖² − ‖x‖², twice
/// that. So a row whose estimate plus its bound stays below the k-th best score cannot be a hit, and the others are scored by their vectors.
/// <para>Settings: i32 precision, i32 padded dimension, float32 scale, float32 greatest norm of a vector.</para>
/// </remarks>
internal sealed unsafe class ScalarCodes
{
    /// <summary>Rows are padded with zeros to whole registers of so many elements.</summary>
    public const int Lanes = 16;

    private const int SettingsBytes = 16;

    private ScalarCodes()
    {
    }

    /// <summary>The segment that they are of.</summary>
    public required SegmentReader Segment { get; init; }

    /// <summary>The index of the space.</summary>
    public required int Space { get; init; }

    /// <summary>The metric.</summary>
    public required Metric Metric { get; init; }

    /// <summary>The kind of element: float16 or int8.</summary>
    public required VectorPrecision Precision { get; init; }

    /// <summary>Elements of a row, a multiple of <see cref="Lanes"/>.</summary>
    public required int PaddedDimension { get; init; }

    /// <summary>What an element has to be multiplied with.</summary>
    public required float Scale { get; init; }

    /// <summary>The greatest norm of a vector.</summary>
    public required float GreatestNorm { get; init; }

    /// <summary>[rows × padded dimension]</summary>
    public required byte* Rows { get; init; }

    /// <summary>By row: the distance of code and vector, or a little more.</summary>
    public required float* Errors { get; init; }

    /// <summary>Under L2: the squared norm of each vector; else null.</summary>
    public required float* SquaredNorms { get; init; }

    /// <summary>Bytes that a scan reads of a row.</summary>
    public int RowBytes => (PaddedDimension * BytesOf(Precision)) + (sizeof(float) * (SquaredNorms == null ? 1 : 2));

    /// <summary>Elements of a row for a dimension.</summary>
    public static int Padded(int dimension) => (dimension + Lanes - 1) / Lanes * Lanes;

    /// <summary>Bytes of an element.</summary>
    public static int BytesOf(VectorPrecision precision) => precision == VectorPrecision.Int8 ? Int8Element.Bytes : HalfElement.Bytes;

    /// <summary>The settings section.</summary>
    public static byte[] EncodeSettings(VectorPrecision precision, int paddedDimension, float scale, float greatestNorm) =>
        MemoryMarshal.AsBytes<int>([(int)precision, paddedDimension, BitConverter.SingleToInt32Bits(scale), BitConverter.SingleToInt32Bits(greatestNorm)]).ToArray();

    /// <summary>The codes of a space in an open file; null where it has none. Checks settings and lengths, so that scans stay within the file.</summary>
    /// <exception cref="CorruptSegmentException">A section is missing, of another length, or impossible.</exception>
    public static ScalarCodes? Open(SectionFile file, SegmentReader segment, int space)
    {
        var schema = segment.Spaces[space];
        if (file.TryFind(SectionKind.ScalarSettings, schema.Name) is null) return null;
        var settings = file.Find(SectionKind.ScalarSettings, schema.Name, SettingsBytes);
        var fields = (int*)file.At(settings);
        var (precision, padded, scale, norm) = ((VectorPrecision)fields[0], fields[1], BitConverter.Int32BitsToSingle(fields[2]), BitConverter.Int32BitsToSingle(fields[3]));
        if (precision is not (VectorPrecision.Float16 or VectorPrecision.Int8) || padded != Padded(schema.Dimension) || !(scale > 0 && float.IsFinite(scale)) || !(norm >= 0 && float.IsFinite(norm)))
            throw file.Damaged(settings, 0, $"precision {fields[0]}, {padded} elements, scale {scale} and norm {norm} are not possible");
        long rows = file.RowCount;
        return new ScalarCodes
        {
            Segment = segment,
            Space = space,
            Metric = schema.Metric,
            Precision = precision,
            PaddedDimension = padded,
            Scale = scale,
            GreatestNorm = norm,
            Rows = file.At(file.Find(SectionKind.ScalarRows, schema.Name, rows * padded * BytesOf(precision))),
            Errors = (float*)file.At(file.Find(SectionKind.ScalarErrors, schema.Name, rows * sizeof(float))),
            SquaredNorms = schema.Metric == Metric.L2 ? (float*)file.At(file.Find(SectionKind.ScalarNorms, schema.Name, rows * sizeof(float))) : null,
        };
    }
}
