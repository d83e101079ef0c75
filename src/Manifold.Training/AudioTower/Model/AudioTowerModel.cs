using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Manifold.Training;

/// <summary>The tower, the learned temperature, and what writes down what the convolutions hear, which only training needs. Its random start depends on torch's seed.</summary>
internal sealed class AudioTowerModel : Module
{
    private readonly AudioTowerModule tower;
    private readonly Linear transcript;
    private readonly Parameter logScale;

    /// <param name="dimension">Of the base bundle.</param>
    /// <param name="letters">Of the transcripts.</param>
    /// <param name="config">The run.</param>
    public AudioTowerModel(int dimension, int letters, AudioTowerConfig config)
        : base(nameof(AudioTowerModel))
    {
        tower = new AudioTowerModule(config.Spectrogram.Bands, dimension, config.Model);
        transcript = Linear(config.Model.Channels, letters + 1);
        logScale = Parameter(tensor((float)Math.Log(1 / config.Loss.Temperature)));
        RegisterComponents();
    }

    public AudioTowerModule Tower => tower;

    /// <summary>[channels] → [1 + letters]: logits of no letter, then of each.</summary>
    public Linear Transcript => transcript;

    /// <summary>ln(1 / temperature), a scalar.</summary>
    public Parameter LogScale => logScale;
}
