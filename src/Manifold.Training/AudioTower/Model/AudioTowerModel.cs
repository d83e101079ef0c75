using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Manifold.Training;

/// <summary>The tower and the learned temperature. Its random start depends on torch's seed.</summary>
internal sealed class AudioTowerModel : Module
{
    private readonly AudioTowerModule tower;
    private readonly Parameter logScale;

    /// <param name="dimension">Of the base bundle.</param>
    /// <param name="config">The run.</param>
    public AudioTowerModel(int dimension, AudioTowerConfig config)
        : base(nameof(AudioTowerModel))
    {
        tower = new AudioTowerModule(config.Spectrogram.Bands, dimension, config.Model);
        logScale = Parameter(tensor((float)Math.Log(1 / config.Loss.Temperature)));
        RegisterComponents();
    }

    public AudioTowerModule Tower => tower;

    /// <summary>ln(1 / temperature), a scalar.</summary>
    public Parameter LogScale => logScale;
}
