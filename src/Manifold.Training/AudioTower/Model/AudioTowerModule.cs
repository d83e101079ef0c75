using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Manifold.Training;

/// <summary>
/// Log-mel [batch × bands × frames] → direction [batch × dimension], of length 1, in which what is said lies from the middle of all texts (<see cref="Place"/>). Silence counts for nothing, so that neither padding nor a pause changes the vector: it is left out of the mean that each
/// band is measured against, and of everything after.
/// </summary>
/// <remarks>
/// Convolutions to a quarter of the frames, residual blocks of growing reach, a Transformer without positions (what comes after what, the convolutions know), and for each head a mean over time that attention
/// weighs.
/// </remarks>
internal sealed class AudioTowerModule : Module<Tensor, Tensor>
{
    /// <summary>Frames that count as heard on either side of one that is.</summary>
    public const int Reach = 4;

    /// <summary>Values of the input are divided by this once the band's mean is subtracted.</summary>
    public const float Spread = 3;

    private readonly ModuleList<Conv1d> stem;
    private readonly ModuleList<Conv1d> residual;
    private readonly ModuleList<LayerNorm> norms;
    private readonly ModuleList<TransformerLayer> layers;
    private readonly LayerNorm norm;
    private readonly Linear attention;
    private readonly Linear output;
    private readonly Tensor centre;
    private readonly Tensor radius;
    private readonly AudioModelConfig _config;

    public AudioTowerModule(int bands, int dimension, AudioModelConfig config)
        : base(nameof(AudioTowerModule))
    {
        _config = config;
        int channels = config.Channels;
        stem = ModuleList<Conv1d>(Conv1d(bands, channels, 5, stride: 2, padding: 2), Conv1d(channels, channels, 5, stride: 2, padding: 2));
        residual = ModuleList<Conv1d>([.. Enumerable.Range(0, config.Blocks).Select(block => Conv1d(channels, channels, 5, padding: 2 * Dilation(block), dilation: Dilation(block)))]);
        norms = ModuleList<LayerNorm>([.. Enumerable.Range(0, config.Blocks + 2).Select(_ => LayerNorm(channels))]);
        layers = ModuleList<TransformerLayer>([.. Enumerable.Range(0, config.Layers).Select(_ => new TransformerLayer(Transformer))]);
        norm = LayerNorm(channels);
        attention = Linear(channels, config.Heads);
        output = Linear((long)config.Heads * channels, dimension);
        centre = zeros(dimension);
        radius = ones(1);
        RegisterComponents();
    }

    /// <summary>The Transformer's sizes.</summary>
    public TransformerBranchConfig Transformer => new() { Width = _config.Channels, Layers = _config.Layers, Heads = _config.Heads, FeedForward = _config.FeedForward, Dropout = _config.Dropout };

    public IReadOnlyList<Conv1d> Stem => [.. stem];

    public IReadOnlyList<Conv1d> Residual => [.. residual];

    /// <summary>After each convolution of the stem, then before each residual one.</summary>
    public IReadOnlyList<LayerNorm> Norms => [.. norms];

    public IReadOnlyList<TransformerLayer> Layers => [.. layers];

    public LayerNorm Norm => norm;

    /// <summary>Logits of the weights of the mean: [channels] → [heads].</summary>
    public Linear Attention => attention;

    public Linear Output => output;

    /// <summary>The middle of the teacher's vectors, [dimension].</summary>
    public Tensor Centre => centre;

    /// <summary>How far they are from it on average, [1].</summary>
    public Tensor Radius => radius;

    /// <summary>Frames between the taps of a block's convolution.</summary>
    public static int Dilation(int block) => 1 << block;

    /// <summary>Frames of what comes out of the convolutions.</summary>
    public static int FramesOf(int frames) => (((frames + 1) / 2) + 1) / 2;

    public override Tensor forward(Tensor mel)
    {
        var (frames, heard) = Hear(mel);
        return Understand(frames, heard);
    }

    /// <summary>Where a direction lies in the shared space: centre + radius · direction, of length 1. [batch × dimension] → the same.</summary>
    public Tensor Place(Tensor directions) => functional.normalize(centre.Plus(directions * radius), dim: 1);

    /// <summary>The convolutions.</summary>
    /// <param name="mel">[batch × bands × frames].</param>
    /// <returns>[batch × frames / 4 × channels], and 1 where something is heard, [batch × 1 × frames / 4].</returns>
    public (Tensor Frames, Tensor Heard) Hear(Tensor mel)
    {
        // [batch × 1 × frames]: 1 where something is heard.
        var loudest = mel.amax([1], keepdim: true);
        var floor = loudest.amax([2], keepdim: true) - Scalars.Of(_config.Range);
        var heard = functional.max_pool1d(loudest.gt(floor).to(float32), 2 * Reach + 1, stride: 1, padding: Reach);
        var x = mel.maximum(floor);
        var mean = (x * heard).sum([2], keepdim: true) / heard.sum([2], keepdim: true);
        x = (x - mean) * heard * Scalars.Of(1 / Spread);
        for (int i = 0; i < stem.Count; i++)
        {
            heard = heard.slice(2, 0, heard.shape[2], 2);
            x = functional.silu(Normalised(stem[i].call(x), norms[i])) * heard;
        }

        for (int i = 0; i < residual.Count; i++)
        {
            var inner = residual[i].call(functional.silu(Normalised(x, norms[stem.Count + i])) * heard) * heard;
            x = x.Plus(functional.dropout(inner, _config.Dropout, training));
        }

        return (x.transpose(1, 2), heard);
    }

    /// <summary>What is made of the convolutions' frames.</summary>
    /// <returns>[batch × dimension], of length 1.</returns>
    public Tensor Understand(Tensor frames, Tensor heard)
    {
        var quiet = (heard.neg().Plus(Scalars.Of(1)) * Scalars.Of(TransformerBranch.NoToken)).unsqueeze(1);
        foreach (var layer in layers)
            frames = layer.call(frames, quiet);
        frames = norm.call(frames);

        // [batch × heads × frames] · [batch × frames × channels]
        var shares = functional.softmax(attention.call(frames).transpose(1, 2).Plus(quiet.squeeze(1)), -1);
        var pooled = shares.matmul(frames).flatten(1);
        return functional.normalize(output.call(functional.dropout(pooled, _config.Dropout, training)), dim: 1);
    }

    // Over the channels of each frame by itself, so that no frame tells of another.
    private static Tensor Normalised(Tensor x, LayerNorm norm) => norm.call(x.transpose(1, 2)).transpose(1, 2);
}
