using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Manifold.Training;

/// <summary>A running average of the weights (Polyak and Juditsky, 1992), which generalises better than the last ones.</summary>
internal static class WeightAverage
{
    /// <summary>average = decay · average + (1 − decay) · model; early steps count for more. Running statistics are taken over.</summary>
    /// <param name="average">Changed in place.</param>
    /// <param name="model">After its step.</param>
    /// <param name="decay">0 takes the model over.</param>
    /// <param name="step">From 0.</param>
    public static void Update(Module average, Module model, double decay, int step)
    {
        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        using var share = tensor((float)(1 - Math.Min(decay, (step + 1.0) / (step + 10.0))));
        foreach (var (target, source) in average.parameters().Zip(model.parameters()))
            target.lerp_(source, share);
        foreach (var (target, source) in average.buffers().Zip(model.buffers()))
            target.copy_(source);
    }
}
