using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Manifold.Training;

/// <summary>Both towers and the learned temperature. Its random start depends on torch's seed.</summary>
internal sealed class DualEncoderModel : Module
{
    /// <summary>Name of the n-gram table among the parameters.</summary>
    public const string TableName = "text.table.weight";

    private readonly ImageTowerModule image;
    private readonly TextTowerModule text;
    private readonly Parameter logScale;

    /// <param name="features">Number of picture features.</param>
    /// <param name="config">The run.</param>
    public DualEncoderModel(int features, DualEncoderConfig config)
        : base(nameof(DualEncoderModel))
    {
        image = new ImageTowerModule(features, config.Pictures.Features.Side, config.Model);
        text = new TextTowerModule(config.Model);
        logScale = Parameter(tensor((float)Math.Log(1 / config.Loss.Temperature)));
        RegisterComponents();
    }

    public ImageTowerModule Image => image;

    public TextTowerModule Text => text;

    /// <summary>ln(1 / temperature), a scalar.</summary>
    public Parameter LogScale => logScale;
}
