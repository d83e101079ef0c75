using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Manifold.Training;

/// <summary>Self-attention, then a feed-forward block, each normalised before and added to what it came from: [batch × tokens × width] → the same.</summary>
internal sealed class TransformerLayer : Module<Tensor, Tensor, Tensor>
{
    private readonly LayerNorm attentionNorm;
    private readonly Linear queryKeyValue;
    private readonly Linear attentionOutput;
    private readonly LayerNorm feedForwardNorm;
    private readonly Linear expand;
    private readonly Linear contract;
    private readonly TransformerBranchConfig _config;

    public TransformerLayer(TransformerBranchConfig config)
        : base(nameof(TransformerLayer))
    {
        _config = config;
        attentionNorm = LayerNorm(config.Width);
        queryKeyValue = Linear(config.Width, 3 * config.Width);
        attentionOutput = Linear(config.Width, config.Width);
        feedForwardNorm = LayerNorm(config.Width);
        expand = Linear(config.Width, config.FeedForward);
        contract = Linear(config.FeedForward, config.Width);
        RegisterComponents();
    }

    public LayerNorm AttentionNorm => attentionNorm;

    public Linear QueryKeyValue => queryKeyValue;

    public Linear AttentionOutput => attentionOutput;

    public LayerNorm FeedForwardNorm => feedForwardNorm;

    public Linear Expand => expand;

    public Linear Contract => contract;

    /// <param name="tokens">[batch × tokens × width].</param>
    /// <param name="bias">[batch × 1 × 1 × tokens], added to the attention's logits: 0, or a great negative number where there is no token.</param>
    public override Tensor forward(Tensor tokens, Tensor bias)
    {
        var x = tokens.Plus(functional.dropout(Attend(attentionNorm.call(tokens), bias), _config.Dropout, training));
        var inner = contract.call(functional.silu(expand.call(feedForwardNorm.call(x))));
        return x.Plus(functional.dropout(inner, _config.Dropout, training));
    }

    private Tensor Attend(Tensor x, Tensor bias)
    {
        long batch = x.shape[0], count = x.shape[1], head = _config.Width / _config.Heads;

        // [3 × batch × heads × tokens × head]
        var parts = queryKeyValue.call(x).view(batch, count, 3, _config.Heads, head).permute(2, 0, 3, 1, 4);
        var logits = parts[0].matmul(parts[1].transpose(-2, -1)) * Scalars.Of(1 / Math.Sqrt(head));
        var mixed = functional.softmax(logits.Plus(bias), -1).matmul(parts[2]);
        return attentionOutput.call(mixed.permute(0, 2, 1, 3).reshape(batch, count, _config.Width));
    }
}
