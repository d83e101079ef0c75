using System.Runtime.Intrinsics;

namespace Manifold.Index.Scalar;

/// <summary>One element of a scalar code. A kernel is written once against this interface; the JIT compiles it for each struct that implements it.</summary>
internal unsafe interface IScalarElement
{
    /// <summary>What is stored.</summary>
    static abstract VectorPrecision Precision { get; }

    /// <summary>Bytes of an element.</summary>
    static abstract int Bytes { get; }

    /// <summary>The greatest magnitude of an element, in whose units a calibrated range is stored.</summary>
    static abstract float Most { get; }

    /// <summary>What the lanes of <see cref="Load"/> have to be multiplied with to be the elements.</summary>
    static abstract float LaneScale { get; }

    /// <summary>Writes the element nearest to a value within ±<see cref="Most"/>.</summary>
    /// <returns>The element's value.</returns>
    static abstract float Store(float value, byte* target);

    /// <summary>Reads 16 neighbouring elements.</summary>
    static abstract Vector512<float> Load(byte* source);
}
