using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Manifold.Training;

/// <summary>Standardised picture features [batch × features] → linear map + perceptron → [batch × dimension].</summary>
internal sealed class GradientBranch : Module<Tensor, Tensor>
{
    private readonly Tensor mean;
    private readonly Tensor scale;
    private readonly Linear direct;
    private readonly Linear hidden;
    private readonly Linear output;
    private readonly GradientBranchConfig _config;

    public GradientBranch(int features, int dimension, GradientBranchConfig config)
        : base(nameof(GradientBranch))
    {
        _config = config;
        mean = zeros(features);
        scale = ones(features);
        direct = Linear(features, dimension);
        hidden = Linear(features, config.Hidden);
        output = Linear(config.Hidden, dimension);
        register_buffer(nameof(mean), mean);
        register_buffer(nameof(scale), scale);
        RegisterComponents();
    }

    /// <summary>Subtracted from the features, [features].</summary>
    public Tensor Mean => mean;

    /// <summary>The features are multiplied by this then, [features].</summary>
    public Tensor Scale => scale;

    public Linear Direct => direct;

    public Linear Hidden => hidden;

    public Linear Output => output;

    /// <summary>Sets what standardises the features.</summary>
    public void Standardise(float[] means, float[] scales)
    {
        using var withoutGradient = no_grad();
        mean.copy_(tensor(means));
        scale.copy_(tensor(scales));
    }

    public override Tensor forward(Tensor features)
    {
        var x = functional.dropout((features - mean) * scale, _config.InputDropout, training);
        return direct.call(x).Plus(output.call(functional.dropout(functional.silu(hidden.call(x)), _config.Dropout, training)));
    }
}
