using System.Runtime.InteropServices;

namespace Manifold.Index.Partitions;

/// <summary>
/// How the codes of a vector lie in memory. A code has <see cref="Bits"/> bits an element of the rotated residual: its sign, and the lower bits of its magnitude. Signs lie in blocks of 32
/// rows, interleaved for look-ups in registers (<see cref="SignScan"/>); lower bits lie row by row (<see cref="LowCodes"/>), for the few rows that the signs do not rule out.
/// </summary>
/// <remarks>
/// <para>A block of signs: for each pair of groups of 4 elements 32 bytes, one a row, the first group in the low half of the byte; then 32 float32 <c>add</c>, 32 float32 <c>multiply</c>. The
/// byte of row i is <see cref="SignByte"/>: sums of bytes are taken apart into those at even and those at odd places, and the first 16 rows are the even ones.</para>
/// <para>A row of low codes: per 32 elements 8 bytes of 2-bit parts where there are any (element t in byte t mod 8 at bit 2 · (t / 8)), then per 32 elements 4 bytes of 1-bit parts where there
/// are any (element t in byte t mod 4 at bit t / 4); then float32 <c>add</c> and <c>multiply</c>. Three lower bits are a 2-bit part, which counts twice, and a 1-bit part.</para>
/// </remarks>
/// <param name="Dimension">Elements of a vector.</param>
/// <param name="Bits">Bits an element, 1 to 4.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CodeLayout(int Dimension, int Bits)
{
    /// <summary>Rows of a block.</summary>
    public const int BlockRows = 32;

    /// <summary>Elements of a unit of low codes.</summary>
    public const int UnitElements = 32;

    /// <summary>The place of a row's byte among the 32 of a pair.</summary>
    public static int SignByte(int rowInBlock) => rowInBlock < BlockRows / 2 ? 2 * rowInBlock : (2 * rowInBlock) - BlockRows + 1;

    /// <summary>Elements of a rotated vector.</summary>
    public int RotatedDimension => Rotation.RotatedDimensionOf(Dimension);

    /// <summary>Pairs of groups of 4 elements.</summary>
    public int Pairs => RotatedDimension / 8;

    /// <summary>Bytes of the signs of a block.</summary>
    public int SignBytes => Pairs * BlockRows;

    /// <summary>Bytes of a block: signs and their factors.</summary>
    public int BlockBytes => SignBytes + (2 * BlockRows * sizeof(float));

    /// <summary>Lower bits of a code, 0 to 3.</summary>
    public int LowBits => Bits - 1;

    /// <summary>Units of 32 elements.</summary>
    public int Units => (RotatedDimension + UnitElements - 1) / UnitElements;

    /// <summary>Bytes of the 2-bit parts of a row.</summary>
    public int TwoBitBytes => LowBits >= 2 ? Units * 8 : 0;

    /// <summary>Bytes of the 1-bit parts of a row.</summary>
    public int OneBitBytes => LowBits is 1 or 3 ? Units * 4 : 0;

    /// <summary>Bytes of a row of low codes with its factors; 0 where a code is a sign only.</summary>
    public int LowBytes => LowBits == 0 ? 0 : TwoBitBytes + OneBitBytes + (2 * sizeof(float));
}
