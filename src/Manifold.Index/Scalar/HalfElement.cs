using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Manifold.Index.Scalar;

/// <summary>An IEEE 754 half-precision number of magnitude up to 1.</summary>
/// <remarks>
/// .NET has no conversion of whole registers. With exponent and fraction moved to their places in a float32, the exponent stays too small by the difference of the two
/// biases, 127 − 15 = 112: the lanes are 2⁻¹¹² times the elements, numbers below the normal ones included. The query makes up for it, once.
/// </remarks>
internal readonly unsafe struct HalfElement : IScalarElement
{
    private const int FractionBitsMore = 23 - 10;

    // Sign, exponent and fraction; in between are three copies of the sign.
    private const uint Kept = 0x8FFF_E000;

    public static VectorPrecision Precision => VectorPrecision.Float16;

    public static int Bytes => sizeof(ushort);

    public static float Most => 1;

    public static float LaneScale => MathF.ScaleB(1, 112);

    public static float Store(float value, byte* target)
    {
        var half = (Half)Math.Clamp(value, -Most, Most);
        *(Half*)target = half;
        return (float)half;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* source)
    {
        Vector512<int> bits;
        if (Avx512F.IsSupported)
            bits = Avx512F.ConvertToVector512Int32(Vector256.Load((short*)source));
        else if (Avx2.IsSupported)
            bits = Vector512.Create(Avx2.ConvertToVector256Int32((short*)source), Avx2.ConvertToVector256Int32((short*)source + 8));
        else
        {
            var (lower, upper) = Vector256.Widen(Vector256.Load((short*)source));
            bits = Vector512.Create(lower, upper);
        }

        return ((bits << FractionBitsMore).AsUInt32() & Vector512.Create(Kept)).AsSingle();
    }
}
