namespace Manifold.Index.Kernels;

/// <summary>
/// One rung of the instruction-set ladder: a register of <see cref="Count"/> float32 lanes and the few operations the kernels need.
/// A kernel is written once against this interface; the JIT compiles it for each struct that implements it, with every call inlined.
/// </summary>
/// <typeparam name="TVector">The register type.</typeparam>
internal unsafe interface ILanes<TVector>
    where TVector : unmanaged
{
    /// <summary>Lanes in one register.</summary>
    static abstract int Count { get; }

    /// <summary>Reads <see cref="Count"/> floats; no alignment is needed.</summary>
    static abstract TVector Load(float* source);

    static abstract TVector Subtract(TVector left, TVector right);

    static abstract TVector Add(TVector left, TVector right);

    /// <summary><c>left · right + addend</c> in each lane, with one rounding where the machine has a fused instruction.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

    /// <summary>All bits set in the last <paramref name="lanes"/> lanes, no bit in the lanes before them.</summary>
    static abstract TVector LastLanes(int lanes);

    static abstract TVector And(TVector left, TVector right);

    /// <summary>The sum of all lanes by halving: lane i is added to lane i + n/2 until one is left.</summary>
    static abstract float Sum(TVector value);
}
