using System.Buffers;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Manifold.Encoders;

/// <summary>Tokens and weights, padded to the longest text of the batch, through the text model.</summary>
internal sealed class TextEncoderTower : EncoderTower
{
    private readonly OnnxModel _model;
    private readonly HashedNgramTokenizer _tokenizer;
    private readonly int _maxTextLength;

    /// <exception cref="InvalidBundleException">The model does not fit the manifest.</exception>
    public TextEncoderTower(Bundle bundle, TextTower tower, EncoderOptions options, OnnxDevice device)
        : base(bundle.Manifest.Name, Modality.Text)
    {
        var tokenizer = (HashedNgramOptions)tower.Tokenizer;
        _tokenizer = new HashedNgramTokenizer(tokenizer, tower.MaxTokens);
        _maxTextLength = options.MaxTextLength;

        // Two texts of two and one token, the greatest id among them: a graph with a fixed batch, a fixed number of tokens or too
        // small a table does not pass.
        TokenWeight least = new(0, 1), greatest = new(tokenizer.Buckets - 1, 1);
        _model = Load(bundle, tower, device);
        try
        {
            WithInputs([new PreparedContent((TokenWeight[])[least, greatest]), new PreparedContent((TokenWeight[])[least])], _model.Probe);
        }
        catch
        {
            _model.Dispose();
            throw;
        }
    }

    public override void CheckSize(Content content)
    {
        if (string.IsNullOrWhiteSpace(content.Text))
            throw new InvalidContentException("The text is empty.");
        if (content.Text.Length > _maxTextLength)
            throw new InvalidContentException($"The text is {content.Text.Length:N0} characters long; at most {_maxTextLength:N0} are taken.");
    }

    public override PreparedContent Prepare(Content content)
    {
        CheckSize(content);
        TokenWeight[] tokens = _tokenizer.Tokenize(content.Text);
        if (tokens.Length == 0)
            throw new InvalidContentException("The text has no letter, digit or symbol that could be encoded.");
        return new PreparedContent(tokens);
    }

    public override void Dispose() => _model.Dispose();

    protected override float[][] RunModel(IReadOnlyList<PreparedContent> batch)
    {
        float[][] rows = [];
        WithInputs(batch, (inputs, count) => rows = _model.Run(inputs, count));
        return rows;
    }

    private static OnnxModel Load(Bundle bundle, TextTower tower, OnnxDevice device) => new(
        bundle.PathOf(tower.Model),
        "towers.text",
        [new("ids", tower.Inputs.Ids, TensorElementType.Int64, 2), new("weights", tower.Inputs.Weights, TensorElementType.Float, 2)],
        tower.Output,
        bundle.Manifest.Dimension,
        device);

    private static void WithInputs(IReadOnlyList<PreparedContent> batch, Action<OrtValue[], int> run)
    {
        int width = batch.Max(b => b.Tokens.Length), length = batch.Count * width;
        long[] ids = ArrayPool<long>.Shared.Rent(length);
        float[] weights = ArrayPool<float>.Shared.Rent(length);
        try
        {
            ids.AsSpan(0, length).Clear();
            weights.AsSpan(0, length).Clear();
            for (int row = 0; row < batch.Count; row++)
            {
                int at = row * width;
                foreach (TokenWeight token in batch[row].Tokens)
                {
                    ids[at] = token.Id;
                    weights[at++] = token.Weight;
                }
            }

            long[] shape = [batch.Count, width];
            using OrtValue idsValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, ids.AsMemory(0, length), shape);
            using OrtValue weightsValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, weights.AsMemory(0, length), shape);
            run([idsValue, weightsValue], batch.Count);
        }
        finally
        {
            ArrayPool<long>.Shared.Return(ids);
            ArrayPool<float>.Shared.Return(weights);
        }
    }
}
