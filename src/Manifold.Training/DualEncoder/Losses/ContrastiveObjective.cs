using static TorchSharp.torch;

namespace Manifold.Training;

/// <summary>The whole loss of a batch.</summary>
internal static class ContrastiveObjective
{
    /// <summary>The weighted sum and its terms.</summary>
    /// <param name="pictures">[2n × dimension]: first and second views of n concepts.</param>
    /// <param name="texts">[2n × dimension]: first and second captions.</param>
    /// <param name="scale">1 / temperature.</param>
    /// <param name="config">The weights; a term of weight 0 is not computed.</param>
    public static (Tensor Loss, IReadOnlyDictionary<string, Tensor> Terms) Of(Tensor pictures, Tensor texts, Tensor scale, LossConfig config)
    {
        var views = pictures.chunk(2);
        var captions = texts.chunk(2);
        var terms = new Dictionary<string, Tensor>();
        var loss = zeros(1);
        void Add(string name, double weight, Func<Tensor> term)
        {
            if (weight <= 0)
                return;
            terms[name] = term();
            loss = loss.Plus(terms[name] * Scalars.Of(weight));
        }

        Add("image_text", config.ImageText, () => InfoNceLoss.Of(views[0], captions[0], scale).Plus(InfoNceLoss.Of(views[1], captions[1], scale)) * Scalars.Of(0.5));
        Add("image_image", config.ImageImage, () => InfoNceLoss.Of(views[0], views[1], scale));
        Add("text_text", config.TextText, () => InfoNceLoss.Of(captions[0], captions[1], scale));
        Add("triplet", config.Triplet, () => HardestTripletLoss.Of(views[0], captions[0], config.Margin).Plus(HardestTripletLoss.Of(views[1], captions[1], config.Margin)) * Scalars.Of(0.5));
        return (loss, terms);
    }
}
