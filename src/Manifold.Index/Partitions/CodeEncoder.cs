namespace Manifold.Index.Partitions;

/// <summary>
/// Codes of vectors relative to the centroid of their partition, after RaBitQ (Gao and Long, SIGMOD 2024) and its extension to several bits (Gao, Gou, Xu, Yang, Long and Wong, SIGMOD 2025).
/// </summary>
/// <remarks>
/// With r = R(x − c), R the rotation, an element's code stands for w = ±(m + ½), m its quantised magnitude (0 with one bit). The estimate of ⟨q − c, x − c⟩ is f · (⟨w, Rq⟩ − ⟨w, Rc⟩) with
/// f = ‖r‖² / ⟨w, r⟩, which is right in the mean over rotations; what is known when x is coded is folded into two numbers a row, so that score ≈ base(q, c) + add + multiply · ⟨w, Rq⟩:
/// under inner product base = ⟨q, c⟩, multiply = f, add = ⟨c, x − c⟩ − f ⟨w, Rc⟩; under L2 base = −‖q − c‖², multiply = 2f, add = −‖r‖² − 2f ⟨w, Rc⟩. The error is about normal with deviation
/// ‖q − c‖ · <c>multiply</c> · ‖w‖ · √((1 − κ²) / (n − 1)), κ the cosine of w and r. Not safe for concurrent use.
/// </remarks>
internal sealed unsafe class CodeEncoder : IDisposable
{
    // The step of the best uniform quantiser of a normal variable with 2, 4 and 8 magnitudes, in deviations (Max, 1960, table II).
    private static readonly float[] Steps = [0, 0.9957f, 0.5860f, 0.3352f];

    private readonly CodeLayout _layout;
    private readonly Rotation _rotation;
    private readonly bool _isL2;
    private readonly NativeBuffer _buffer;
    private readonly byte[] _magnitudes;

    /// <param name="layout">The form of the codes.</param>
    /// <param name="rotation">Of the same dimension.</param>
    /// <param name="metric">The metric of the scores that are estimated.</param>
    public CodeEncoder(CodeLayout layout, Rotation rotation, Metric metric)
    {
        (_layout, _rotation, _isL2) = (layout, rotation, metric == Metric.L2);
        _buffer = new NativeBuffer(3L * layout.RotatedDimension * sizeof(float));
        _magnitudes = new byte[layout.Units * CodeLayout.UnitElements];
    }

    /// <summary>‖w‖² of the whole code of the vector that was coded last.</summary>
    public double CodeSquaredLength { get; private set; }

    private float* RotatedCentroid => (float*)_buffer.Pointer;

    private float* Residual => RotatedCentroid + _layout.RotatedDimension;

    private float* Rotated => Residual + _layout.RotatedDimension;

    /// <summary>Codes from here on are relative to this centroid.</summary>
    public void BeginPartition(float* centroid) => _rotation.Apply(centroid, RotatedCentroid);

    /// <summary>Codes one vector.</summary>
    /// <param name="vector">[dimension].</param>
    /// <param name="centroid">The partition's centroid, as it was begun with.</param>
    /// <param name="block">The block of signs, cleared before its first row.</param>
    /// <param name="rowInBlock">0 to 31.</param>
    /// <param name="low">The row's low codes, cleared; null where there are none.</param>
    /// <returns>‖r‖, and the cosines of the sign code and of the whole code with r (1 for a vector on its centroid).</returns>
    public (float Length, float SignCosine, float Cosine) Encode(float* vector, float* centroid, byte* block, int rowInBlock, byte* low)
    {
        int dimension = _layout.Dimension, n = _layout.RotatedDimension;
        double alongCentroid = 0, squared = 0;
        for (var d = 0; d < dimension; d++)
        {
            var r = Residual[d] = vector[d] - centroid[d];
            squared += (double)r * r;
            alongCentroid += (double)r * centroid[d];
        }

        _rotation.Apply(Residual, Rotated);
        var signByte = CodeLayout.SignByte(rowInBlock);
        for (var d = 0; d < n; d++)
        {
            if (Rotated[d] > 0)
                block[(d / 8 * CodeLayout.BlockRows) + signByte] |= (byte)(1 << (d % 8));
        }

        var length = Math.Sqrt(squared);
        var factors = (float*)(block + _layout.SignBytes);
        var signs = Factors(length, squared, alongCentroid, step: 0, magnitudes: 1, out factors[rowInBlock], out factors[CodeLayout.BlockRows + rowInBlock]);
        if (low == null)
            return ((float)length, signs, signs);
        var own = (float*)(low + _layout.TwoBitBytes + _layout.OneBitBytes);
        var whole = Factors(length, squared, alongCentroid, Steps[_layout.LowBits] * (float)(length / Math.Sqrt(n)), 1 << _layout.LowBits, out own[0], out own[1]);
        WriteLow(low, n);
        return ((float)length, signs, whole);
    }

    public void Dispose() => _buffer.Dispose();

    /// <summary>Quantises the magnitudes, and folds what is known into the two factors.</summary>
    /// <returns>The cosine of code and residual.</returns>
    private float Factors(double length, double squared, double alongCentroid, float step, int magnitudes, out float add, out float multiply)
    {
        var n = _layout.RotatedDimension;
        double alongCode = 0, centroidAlongCode = 0, codeSquared = 0;
        var scale = step > 0 ? 1 / step : 0;
        for (var d = 0; d < n; d++)
        {
            var r = Rotated[d];
            var magnitude = Math.Min((int)(MathF.Abs(r) * scale), magnitudes - 1);
            _magnitudes[d] = (byte)magnitude;
            var w = magnitude + 0.5f;
            codeSquared += w * w;
            alongCode += Math.Abs(r) * w;
            centroidAlongCode += r > 0 ? w * RotatedCentroid[d] : -w * RotatedCentroid[d];
        }

        CodeSquaredLength = codeSquared;
        var f = alongCode > 0 ? squared / alongCode : 0;
        multiply = (float)(_isL2 ? 2 * f : f);
        add = (float)(_isL2 ? -squared - (2 * f * centroidAlongCode) : alongCentroid - (f * centroidAlongCode));
        return length > 0 ? (float)(alongCode / (length * Math.Sqrt(codeSquared))) : 1;
    }

    // The lower bits are those of the whole code counted from its least value: m where the sign is positive, its complement where it is not.
    private void WriteLow(byte* low, int n)
    {
        var most = (1 << _layout.LowBits) - 1;
        var oneBit = low + _layout.TwoBitBytes;
        for (var d = 0; d < n; d++)
        {
            var code = Rotated[d] > 0 ? _magnitudes[d] : most - _magnitudes[d];
            int unit = d / CodeLayout.UnitElements, t = d % CodeLayout.UnitElements;
            if (_layout.TwoBitBytes > 0)
                low[(unit * 8) + (t % 8)] |= (byte)((_layout.LowBits == 3 ? code >> 1 : code) << (2 * (t / 8)));
            if (_layout.OneBitBytes > 0)
                oneBit[(unit * 4) + (t % 4)] |= (byte)((code & 1) << (t / 4));
        }
    }
}
