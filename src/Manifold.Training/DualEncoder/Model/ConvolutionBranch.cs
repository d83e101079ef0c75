using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Manifold.Training;

/// <summary>Pixels [batch × 3 × side × side] in 0..1 → half the side → residual stages → [batch × dimension].</summary>
internal sealed class ConvolutionBranch : Module<Tensor, Tensor>
{
    private readonly ModuleList<ResidualStage> stages;
    private readonly Linear output;
    private readonly double _dropout;

    public ConvolutionBranch(int side, int dimension, ConvolutionBranchConfig config)
        : base(nameof(ConvolutionBranch))
    {
        _dropout = config.Dropout;
        stages = ModuleList<ResidualStage>();
        int input = 3, size = side / 2;
        foreach (int channels in config.Channels)
        {
            stages.Add(new ResidualStage(input, channels));
            (input, size) = (channels, (size + 1) / 2);
        }

        output = Linear((long)input * size * size, dimension);
        RegisterComponents();
    }

    public IReadOnlyList<ResidualStage> Stages => [.. stages];

    /// <summary>Of the last maps, flattened, to the shared space.</summary>
    public Linear Output => output;

    public override Tensor forward(Tensor pixels)
    {
        // Ink is 0 on the white background, so that zero padding continues the background.
        var x = functional.avg_pool2d(pixels, 2).neg().Plus(Scalars.Of(1));
        foreach (var stage in stages)
            x = stage.call(x);
        return output.call(functional.dropout(x.flatten(1), _dropout, training));
    }
}
