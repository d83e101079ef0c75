using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Manifold.Training;

/// <summary>Connectionist temporal classification (Graves et al., ICML 2006): the probability of a transcript is the sum over all ways to place its letters on the frames.</summary>
internal static class TranscriptLoss
{
    // Built once: it holds no weights.
    private static readonly TorchSharp.Modules.CTCLoss Loss = CTCLoss(blank: 0, zero_infinity: true);

    /// <summary>The mean over clips of −ln p(transcript) a letter.</summary>
    /// <param name="logits">[clips × frames × (1 + letters)].</param>
    /// <param name="batch">The transcripts.</param>
    /// <returns>The loss; null where no clip of the batch has a transcript.</returns>
    public static Tensor? Of(Tensor logits, AudioBatch batch)
    {
        long[] written = [.. batch.Letters.Index().Where(pair => pair.Item.Length > 0).Select(pair => (long)pair.Index)];
        if (written.Length == 0)
            return null;
        var chosen = functional.log_softmax(logits.index_select(0, tensor(written)), -1).transpose(0, 1);
        long[] letters = [.. written.SelectMany(clip => batch.Letters[clip]).Select(letter => (long)letter)];
        return Loss.call(
            chosen, tensor(letters), tensor([.. written.Select(clip => (long)AudioTowerModule.FramesOf(batch.Lengths[clip]))]), tensor([.. written.Select(clip => (long)batch.Letters[clip].Length)]));
    }
}
