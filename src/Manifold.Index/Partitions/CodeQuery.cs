using System.Runtime.Intrinsics;

namespace Manifold.Index.Partitions;

/// <summary>A query made ready for codes of one layout: rotated, as tables for the signs and as bytes for the low codes. Reused from query to query; not safe for concurrent use.</summary>
/// <remarks>
/// ⟨w, Rq⟩ = 2ᵉ S + L − (2ᵉ − 1) / 2 · ΣRq, with e lower bits, S = Σ ±½ (Rq)ᵢ over the signs and L = Σ lowᵢ (Rq)ᵢ. The tables hold, for each group of 4 elements, its part of S for the 16
/// combinations of signs, from the least one up, in 127 steps of one size for all groups; so S is about <see cref="Step"/> · (sum of table entries) + <see cref="Least"/>.
/// </remarks>
internal sealed unsafe class CodeQuery : IDisposable
{
    // Two entries are added as bytes before they are widened.
    private const float TableSteps = 127;

    private readonly NativeBuffer _buffer;
    private readonly Rotation _rotation;

    public CodeQuery(CodeLayout layout, Rotation rotation)
    {
        (Layout, Pairs, _rotation) = (layout, layout.Pairs, rotation);
        var elements = layout.Units * CodeLayout.UnitElements;
        _buffer = new NativeBuffer((elements * (sizeof(float) + sizeof(sbyte))) + (TableBytes(layout) * 2L) + 128);
        new Span<byte>(_buffer.Pointer, (int)_buffer.Length).Clear();
    }

    /// <summary>The form of the codes.</summary>
    public CodeLayout Layout { get; }

    /// <summary>Pairs of groups of elements, at hand for the scan's loop.</summary>
    public int Pairs { get; }

    /// <summary>The size of a step of the tables.</summary>
    public float Step { get; private set; }

    /// <summary>S where all table entries are 0.</summary>
    public float Least { get; private set; }

    /// <summary>What one unit of <see cref="Bytes"/> stands for.</summary>
    public float ByteStep { get; private set; }

    /// <summary>(2ᵉ − 1) / 2 · ΣRq.</summary>
    public float Centre { get; private set; }

    /// <summary>Tables of the first groups of each pair: per two pairs 64 bytes, each table twice in a row, as the lanes of a register meet them.</summary>
    public byte* LowTables { get; private set; }

    /// <summary>Tables of the second groups.</summary>
    public byte* HighTables { get; private set; }

    /// <summary>Rq in steps of <see cref="ByteStep"/>, −127 to 127; zeros beyond its elements, [units × 32].</summary>
    public sbyte* Bytes { get; private set; }

    /// <summary>Takes a query.</summary>
    /// <param name="query">[dimension].</param>
    public void Prepare(float* query)
    {
        int n = Layout.RotatedDimension, elements = Layout.Units * CodeLayout.UnitElements;
        var rotated = (float*)_buffer.Pointer;
        LowTables = (byte*)(rotated + elements);
        HighTables = LowTables + TableBytes(Layout);
        Bytes = (sbyte*)(HighTables + TableBytes(Layout));
        _rotation.Apply(query, rotated);

        float sum = 0, most = 0, widest = 0, least = 0;
        for (var d = 0; d < n; d += 4)
        {
            var four = Vector128.Load(rotated + d);
            sum += Vector128.Sum(four);
            var magnitudes = Vector128.Abs(four);
            var width = Vector128.Sum(magnitudes);
            least -= width / 2;
            widest = MathF.Max(widest, width);
            most = MathF.Max(most, MathF.Max(MathF.Max(magnitudes[0], magnitudes[1]), MathF.Max(magnitudes[2], magnitudes[3])));
        }

        Step = widest > 0 ? widest / TableSteps : 1;
        Least = least;
        Centre = ((1 << Layout.LowBits) - 1) / 2f * sum;
        FillTables(rotated, 1 / Step);
        ByteStep = most > 0 ? most / 127 : 1;
        if (Layout.LowBits > 0)
        {
            var scale = 1 / ByteStep;
            for (var d = 0; d < n; d++)
                Bytes[d] = (sbyte)MathF.Round(rotated[d] * scale);
        }
    }

    public void Dispose() => _buffer.Dispose();

    // A whole number of registers of two pairs.
    private static int TableBytes(CodeLayout layout) => (layout.Pairs + 1) / 2 * 64;

    /// <summary>Entry b of a group's table: the sum over its elements of |x| where bit and sign agree, 0 where they do not.</summary>
    private void FillTables(float* rotated, float scale)
    {
        var bits = Vector512.Create(0f, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15).AsSingle();
        var index = Vector512.ConvertToInt32(bits);
        for (var group = 0; group < Layout.Pairs * 2; group++)
        {
            var entries = Vector512<float>.Zero;
            for (var j = 0; j < 4; j++)
            {
                var x = rotated[(group * 4) + j] * scale;
                var isSet = Vector512.Equals(index & Vector512.Create(1 << j), Vector512.Create(1 << j)).AsSingle();
                entries += Vector512.ConditionalSelect(isSet, Vector512.Create(MathF.Max(x, 0)), Vector512.Create(MathF.Max(-x, 0)));
            }

            var whole = Vector512.ConvertToInt32(entries + Vector512.Create(0.5f));
            var narrow = Vector256.Narrow(whole.GetLower(), whole.GetUpper());
            var table = Vector128.Narrow(narrow.GetLower(), narrow.GetUpper()).AsByte();
            int pair = group / 2;
            var target = (group % 2 == 0 ? LowTables : HighTables) + (pair / 2 * 64) + (pair % 2 * 32);
            table.Store(target);
            table.Store(target + 16);
        }
    }
}
