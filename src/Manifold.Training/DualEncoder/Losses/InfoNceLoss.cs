using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Manifold.Training;

/// <summary>
/// Symmetric InfoNCE (van den Oord et al., 2018; both directions with a learned temperature as in Radford et al., ICML 2021): of a batch each vector must pick its partner among all partners.
/// </summary>
internal static class InfoNceLoss
{
    /// <summary>The mean over both directions.</summary>
    /// <param name="a">[batch × dimension], rows of length 1.</param>
    /// <param name="b">[batch × dimension], rows of length 1; row i is the partner of a's row i.</param>
    /// <param name="scale">1 / temperature, a scalar.</param>
    public static Tensor Of(Tensor a, Tensor b, Tensor scale)
    {
        var logits = a.matmul(b.t()) * scale;
        var partners = tensor(Array.ConvertAll(Enumerable.Range(0, (int)a.shape[0]).ToArray(), row => (long)row));
        return functional.cross_entropy(logits, partners).Plus(functional.cross_entropy(logits.t(), partners)) * Scalars.Of(0.5);
    }
}
