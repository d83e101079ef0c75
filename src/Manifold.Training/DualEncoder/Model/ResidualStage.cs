using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Manifold.Training;

/// <summary>A convolution that halves the resolution, then a residual block (He et al., CVPR 2016): [batch × in × s × s] → [batch × out × s/2 × s/2].</summary>
internal sealed class ResidualStage : Module<Tensor, Tensor>
{
    private readonly Conv2d reduce;
    private readonly BatchNorm2d reduceNorm;
    private readonly Conv2d first;
    private readonly BatchNorm2d firstNorm;
    private readonly Conv2d second;
    private readonly BatchNorm2d secondNorm;

    public ResidualStage(int input, int channels)
        : base(nameof(ResidualStage))
    {
        reduce = Conv2d(input, channels, 3, stride: 2, padding: 1, bias: false);
        reduceNorm = BatchNorm2d(channels);
        first = Conv2d(channels, channels, 3, padding: 1, bias: false);
        firstNorm = BatchNorm2d(channels);
        second = Conv2d(channels, channels, 3, padding: 1, bias: false);
        secondNorm = BatchNorm2d(channels);
        RegisterComponents();
    }

    /// <summary>The three convolutions with their norms, in order.</summary>
    public IReadOnlyList<(Conv2d Convolution, BatchNorm2d Norm)> Layers => [(reduce, reduceNorm), (first, firstNorm), (second, secondNorm)];

    public override Tensor forward(Tensor maps)
    {
        var x = functional.relu(reduceNorm.call(reduce.call(maps)));
        var inner = secondNorm.call(second.call(functional.relu(firstNorm.call(first.call(x)))));
        return functional.relu(x.Plus(inner));
    }
}
