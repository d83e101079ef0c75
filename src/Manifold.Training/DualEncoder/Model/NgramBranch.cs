using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Manifold.Training;

/// <summary>Rows [batch × tokens × dimension] and their weights [batch × tokens] → weighted sum with a residual perceptron → [batch × dimension].</summary>
internal sealed class NgramBranch : Module<Tensor, Tensor, Tensor>
{
    private readonly Linear? hidden;
    private readonly Linear? output;
    private readonly double _dropout;

    public NgramBranch(int dimension, NgramBranchConfig config)
        : base(nameof(NgramBranch))
    {
        _dropout = config.Dropout;
        if (config.Hidden > 0)
        {
            hidden = Linear(dimension, config.Hidden);
            output = Linear(config.Hidden, dimension);
        }

        RegisterComponents();
    }

    /// <summary>The residual perceptron, or null without one.</summary>
    public (Linear Hidden, Linear Output)? Perceptron => hidden is null ? null : (hidden, output!);

    public override Tensor forward(Tensor rows, Tensor weights)
    {
        var sum = weights.unsqueeze(1).matmul(rows).squeeze(1);
        return hidden is null ? sum : sum.Plus(output!.call(functional.dropout(functional.silu(hidden.call(sum)), _dropout, training)));
    }
}
