using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Manifold.Index.Scalar;

/// <summary>A signed byte, −127 to 127.</summary>
internal readonly unsafe struct Int8Element : IScalarElement
{
    public static VectorPrecision Precision => VectorPrecision.Int8;

    public static int Bytes => sizeof(sbyte);

    public static float Most => sbyte.MaxValue;

    public static float LaneScale => 1;

    public static float Store(float value, byte* target)
    {
        var rounded = (sbyte)Math.Clamp(MathF.Round(value), -Most, Most);
        *(sbyte*)target = rounded;
        return rounded;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* source)
    {
        if (Avx512F.IsSupported)
            return Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(Vector128.Load((sbyte*)source)));
        if (Avx2.IsSupported)
            return Vector512.ConvertToSingle(Vector512.Create(Avx2.ConvertToVector256Int32((sbyte*)source), Avx2.ConvertToVector256Int32((sbyte*)source + 8)));
        var (lower, upper) = Vector128.Widen(Vector128.Load((sbyte*)source));
        return Vector512.ConvertToSingle(Vector512.Create(Vector256.Create(Vector128.WidenLower(lower), Vector128.WidenUpper(lower)), Vector256.Create(Vector128.WidenLower(upper), Vector128.WidenUpper(upper))));
    }
}
