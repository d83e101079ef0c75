using TorchSharp;
using static TorchSharp.torch;

namespace Manifold.Training;

/// <summary>Sums. The operator <c>+</c> and <c>add</c> without a factor convert their factor, 1, to a number that a garbage collection may free (<see cref="Scalars"/>).</summary>
internal static class TensorSums
{
    /// <summary><paramref name="a"/> + <paramref name="b"/>, broadcast as by the operator.</summary>
    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, Scalars.Of(1));

    /// <inheritdoc cref="Plus(Tensor, Tensor)"/>
    public static Tensor Plus(this Tensor a, Scalar b) => a.add(b, Scalars.Of(1));
}
