using System.Buffers;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Manifold.Encoders;

/// <summary>Tokens and weights, padded to the longest text of the batch, through the text model.</summary>
internal sealed class TextEncoderTower : EncoderTower
{
    private readonly OnnxModel _model;
    private readonly TextTower _tower;
    private readonly ITextTokenizer _tokenizer;
    private readonly int _maxTextLength;

    /// <exception cref="InvalidBundleException">The model or the tokenizer does not fit the manifest.</exception>
    public TextEncoderTower(Bundle bundle, TextTower tower, EncoderOptions options, OnnxDevice device)
        : base(bundle.Manifest.Name, Modality.Text)
    {
        _tower = tower;
        _maxTextLength = options.MaxTextLength;
        _tokenizer = tower.Tokenizer switch
        {
            HashedNgramOptions ngrams => new HashedNgramTokenizer(ngrams, tower.MaxTokens),
            JsonTokenizerOptions json => new JsonTokenizer(bundle.PathOf(json.File), tower.MaxTokens),
            _ => throw new NotSupportedException($"{tower.Tokenizer.GetType().Name} has no tokenizer."),
        };

        // Two texts of different lengths, the greatest id among them: a graph with a fixed batch, a fixed number of tokens or too
        // small a table does not pass.
        (TokenWeight[] longer, TokenWeight[] shorter) = _tokenizer.Probe();
        _model = Load(bundle, tower, device);
        try
        {
            WithInputs([new PreparedContent(longer), new PreparedContent(shorter)], _model.Probe);
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
        [
            new("ids", tower.Inputs.Ids, TensorElementType.Int64, 2),
            .. Optional("weights", tower.Inputs.Weights, TensorElementType.Float),
            .. Optional("mask", tower.Inputs.Mask, TensorElementType.Int64),
            .. Optional("segments", tower.Inputs.Segments, TensorElementType.Int64),
        ],
        tower.Output,
        bundle.Manifest.Dimension,
        device);

    private static OnnxInput[] Optional(string key, string? name, TensorElementType type) => name is null ? [] : [new(key, name, type, 2)];

    private void WithInputs(IReadOnlyList<PreparedContent> batch, Action<OrtValue[], int> run)
    {
        int width = _tower.Length == TextLength.Fixed ? _tower.MaxTokens : batch.Max(b => b.Tokens.Length), length = batch.Count * width;
        long[] ids = ArrayPool<long>.Shared.Rent(length), mask = ArrayPool<long>.Shared.Rent(length), segments = ArrayPool<long>.Shared.Rent(length);
        float[] weights = ArrayPool<float>.Shared.Rent(length);
        var values = new List<OrtValue>();
        try
        {
            ids.AsSpan(0, length).Fill(_tower.PadId);
            mask.AsSpan(0, length).Clear();
            segments.AsSpan(0, length).Clear();
            weights.AsSpan(0, length).Clear();
            for (int row = 0; row < batch.Count; row++)
            {
                int at = row * width;
                foreach (TokenWeight token in batch[row].Tokens)
                {
                    ids[at] = token.Id;
                    mask[at] = 1;
                    weights[at++] = token.Weight;
                }
            }

            long[] shape = [batch.Count, width];
            values.Add(Tensor(ids));
            if (_tower.Inputs.Weights is not null)
                values.Add(Tensor(weights));
            if (_tower.Inputs.Mask is not null)
                values.Add(Tensor(mask));
            if (_tower.Inputs.Segments is not null)
                values.Add(Tensor(segments));
            run([.. values], batch.Count);

            OrtValue Tensor<T>(T[] data)
                where T : unmanaged => OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, data.AsMemory(0, length), shape);
        }
        finally
        {
            values.ForEach(v => v.Dispose());
            ArrayPool<long>.Shared.Return(ids);
            ArrayPool<long>.Shared.Return(mask);
            ArrayPool<long>.Shared.Return(segments);
            ArrayPool<float>.Shared.Return(weights);
        }
    }
}
