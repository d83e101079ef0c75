using Manifold.Index.Partitions;

namespace Manifold.Index.Scalar;

/// <summary>Makes the sections of <see cref="ScalarCodes"/> from the vectors of a segment.</summary>
internal static unsafe class ScalarEncoding
{
    /// <summary>Fewer rows are scanned in some ten microseconds as they are.</summary>
    internal const int LeastRows = 1024;

    private const int SampledRows = 1000;

    // Shares of the greatest magnitude. Where few elements are large, cutting them off leaves finer steps to all others.
    private static readonly float[] Ranges = [1, 0.9f, 0.8f, 0.7f, 0.6f, 0.5f, 0.4f, 0.3f, 0.2f];

    /// <summary>The sections of a space; none where there are few vectors, or some so long that estimates of their scores would overflow.</summary>
    /// <param name="segment">The segment, open until the sections are written.</param>
    /// <param name="space">The index of the space.</param>
    /// <param name="precision">Float16 or Int8.</param>
    /// <param name="cancellationToken">Looked at between rows.</param>
    public static IReadOnlyList<IndexSection> MakeSections(SegmentReader segment, int space, VectorPrecision precision, CancellationToken cancellationToken) => precision switch
    {
        VectorPrecision.Int8 => MakeSections<Int8Element>(segment, space, cancellationToken),
        VectorPrecision.Float16 => MakeSections<HalfElement>(segment, space, cancellationToken),
        _ => [],
    };

    private static IReadOnlyList<IndexSection> MakeSections<TElement>(SegmentReader segment, int space, CancellationToken cancellationToken)
        where TElement : IScalarElement
    {
        var points = PointSet.OfAll(segment, space);
        if (points.Count < LeastRows || !points.All(vector => VectorMath.SquaredNorm(vector) < PlainSquares.Most)) return [];
        float most = 0, squaredNorm = 0;
        foreach (var row in points.Rows)
        {
            segment.TryGetVector(row, space, out var vector);
            squaredNorm = MathF.Max(squaredNorm, VectorMath.SquaredNorm(vector));
            foreach (var element in vector) most = MathF.Max(most, MathF.Abs(element));
        }

        if (most == 0) return [];
        var schema = segment.Spaces[space];
        var rows = new RowEncoder<TElement>(segment, space, Calibrate<TElement>(segment, space, points, most));
        var sections = new List<IndexSection>
        {
            IndexSection.Of<byte>(SectionKind.ScalarSettings, schema.Name, ScalarCodes.EncodeSettings(TElement.Precision, rows.PaddedDimension, rows.Scale, MathF.Sqrt(squaredNorm) * 1.0001f)),
            Of(SectionKind.ScalarRows, rows.PaddedDimension * TElement.Bytes, (row, stream) =>
            {
                rows.Encode(row);
                stream.Write(rows.Code);
            }),
            Of(SectionKind.ScalarErrors, sizeof(float), (row, stream) => stream.Write(rows.Encode(row))),
        };
        if (schema.Metric == Metric.L2)
            sections.Add(Of(SectionKind.ScalarNorms, sizeof(float), (row, stream) => stream.Write(segment.TryGetVector(row, space, out var vector) ? VectorMath.SquaredNorm(vector) : 0)));
        return sections;

        IndexSection Of(SectionKind kind, long rowBytes, Action<int, SectionStream> write) => new(kind, schema.Name, segment.RowCount * rowBytes, stream =>
        {
            for (var row = 0; row < segment.RowCount; row++)
            {
                if (row % 4096 == 0) cancellationToken.ThrowIfCancellationRequested();
                write(row, stream);
            }
        });
    }

    /// <summary>The scale that leaves the least error on sampled rows.</summary>
    private static float Calibrate<TElement>(SegmentReader segment, int space, PointSet points, float most)
        where TElement : IScalarElement
    {
        var sample = points.Sample(SampledRows, seed: 1).Rows.ToArray();
        return Ranges.Select(range => range * most / TElement.Most).MinBy(scale =>
        {
            var encoder = new RowEncoder<TElement>(segment, space, scale);
            return sample.Sum(row => (double)encoder.Encode(row));
        });
    }

    /// <summary>Encodes rows one after the other.</summary>
    private sealed class RowEncoder<TElement>(SegmentReader segment, int space, float scale)
        where TElement : IScalarElement
    {
        private readonly byte[] _code = new byte[ScalarCodes.Padded(segment.Spaces[space].Dimension) * TElement.Bytes];

        public float Scale => scale;

        public int PaddedDimension => _code.Length / TElement.Bytes;

        /// <summary>The code of the row that was encoded last.</summary>
        public ReadOnlySpan<byte> Code => _code;

        /// <returns>The distance of code and vector, or a little more; 0 for a row without a vector.</returns>
        public float Encode(int row)
        {
            Array.Clear(_code);
            if (!segment.TryGetVector(row, space, out var vector)) return 0;
            var squared = 0d;
            fixed (byte* code = _code)
                for (var i = 0; i < vector.Length; i++)
                {
                    var error = vector[i] - ((double)scale * TElement.Store(vector[i] / scale, code + (i * TElement.Bytes)));
                    squared += error * error;
                }

            return (float)Math.Sqrt(squared) * 1.00001f; // rounded up
        }
    }
}
