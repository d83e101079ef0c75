using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Manifold.Training;

/// <summary>Pixels and their features → the sum of the branches, of length 1: [batch × dimension].</summary>
internal sealed class ImageTowerModule : Module<Tensor, Tensor, Tensor>
{
    private readonly GradientBranch? gradients;
    private readonly ConvolutionBranch? convolutions;

    public ImageTowerModule(int features, int side, ModelConfig config)
        : base(nameof(ImageTowerModule))
    {
        gradients = config.Gradients.Enabled ? new GradientBranch(features, config.Dimension, config.Gradients) : null;
        convolutions = config.Convolutions.Enabled ? new ConvolutionBranch(side, config.Dimension, config.Convolutions) : null;
        RegisterComponents();
    }

    public GradientBranch? Gradients => gradients;

    public ConvolutionBranch? Convolutions => convolutions;

    /// <param name="pixels">[batch × 3 × side × side] in 0..1.</param>
    /// <param name="features">[batch × features].</param>
    public override Tensor forward(Tensor pixels, Tensor features)
    {
        var sum = (gradients, convolutions) switch
        {
            ({ } g, { } c) => g.call(features).Plus(c.call(pixels)),
            ({ } g, null) => g.call(features),
            (_, var c) => c!.call(pixels),
        };
        return functional.normalize(sum, dim: 1);
    }
}
