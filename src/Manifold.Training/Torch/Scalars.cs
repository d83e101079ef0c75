using System.Collections.Concurrent;
using TorchSharp;

namespace Manifold.Training;

/// <summary>
/// Numbers beside tensors, kept for ever. A number that TorchSharp 0.107 converts by itself has a finaliser and is not kept alive while the native
/// operation reads it: a garbage collection at that moment frees it, and the operation fails or, worse, reads another number. Constants therefore
/// come from here; a number that changes from step to step is held by <c>using</c>.
/// </summary>
internal static class Scalars
{
    private static readonly ConcurrentDictionary<double, Scalar> Known = new();

    /// <summary>The scalar of a constant.</summary>
    public static Scalar Of(double value) => Known.GetOrAdd(value, static number => number.ToScalar());
}
