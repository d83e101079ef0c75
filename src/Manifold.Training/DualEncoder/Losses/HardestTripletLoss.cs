using static TorchSharp.torch;

namespace Manifold.Training;

/// <summary>Triplet loss with the hardest negative of the batch, both directions (VSE++, Faghri et al., BMVC 2018).</summary>
internal static class HardestTripletLoss
{
    /// <summary>Mean of max(0, margin − cosine to the partner + greatest cosine to another's partner).</summary>
    /// <param name="a">[batch × dimension], rows of length 1.</param>
    /// <param name="b">[batch × dimension], rows of length 1; row i is the partner of a's row i.</param>
    /// <param name="margin">In units of the cosine.</param>
    public static Tensor Of(Tensor a, Tensor b, double margin)
    {
        var cosines = a.matmul(b.t());
        var partners = cosines.diagonal();
        var others = cosines - (eye(a.shape[0]) * Scalars.Of(4));
        var hardestOfRow = others.amax([1]);
        var hardestOfColumn = others.amax([0]);
        return (hardestOfRow - partners).Plus(Scalars.Of(margin)).relu().mean().Plus((hardestOfColumn - partners).Plus(Scalars.Of(margin)).relu().mean()) * Scalars.Of(0.5);
    }
}
