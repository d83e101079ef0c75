using Manifold.Encoders;
using static TorchSharp.torch;

namespace Manifold.Training;

/// <summary>The model as it is being learnt. What is decoded and extracted from a picture is kept for the next measurement.</summary>
internal sealed class TorchProbeEncoder(DualEncoderConfig config, NgramRows ngrams) : IProbeEncoder, IDisposable
{
    private const int BatchSize = 256;
    private readonly PictureFeatureExtractor _extractor = new(config.Pictures.Features);
    private readonly HashedNgramTokenizer _tokenizer = new(config.Model.Tokenizer, config.Model.MaxTokens);
    private readonly ServedPictures _served = new(config.Pictures);
    private readonly Dictionary<Picture, (byte[] Pixels, float[] Features)> _known = [];

    /// <summary>What encodes: set it before each measurement. It should be in evaluation mode.</summary>
    public required DualEncoderModel Model { get; set; }

    /// <inheritdoc/>
    public IReadOnlyList<float[]> EncodeTexts(IReadOnlyList<string> texts) =>
        [.. texts.Chunk(BatchSize).SelectMany(chunk => Run(() => ModelInputs.Encode(Model.Text, TextBatch.Of([.. chunk.Select(text => ngrams.SharedOf(_tokenizer.Tokenize(text)))]))))];

    /// <inheritdoc/>
    public IReadOnlyList<float[]> EncodePictures(IReadOnlyList<Picture> pictures)
    {
        foreach (var chunk in pictures.Where(picture => !_known.ContainsKey(picture)).Distinct().Chunk(BatchSize))
            Prepare(chunk);
        return [.. pictures.Chunk(BatchSize).SelectMany(chunk =>
        {
            var inputs = chunk.Select(picture => _known[picture]).ToArray();
            var batch = new PictureBatch([.. inputs.SelectMany(input => input.Pixels)], [.. inputs.SelectMany(input => input.Features)], inputs.Length);
            return Run(() => ModelInputs.Encode(Model.Image, batch, config.Pictures.Features.Side));
        })];
    }

    public void Dispose()
    {
        _extractor.Dispose();
        _served.Dispose();
    }

    private void Prepare(Picture[] chunk)
    {
        byte[] pixels = _served.Decode([.. chunk.Select(picture => picture.ReadBytes())]);
        int plane = pixels.Length / chunk.Length;
        float[] features = _extractor.Extract(pixels, chunk.Length);
        for (int i = 0; i < chunk.Length; i++)
            _known[chunk[i]] = (pixels[(i * plane)..((i + 1) * plane)], features[(i * _extractor.Count)..((i + 1) * _extractor.Count)]);
    }

    private static float[][] Run(Func<Tensor> encode)
    {
        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        var vectors = encode();
        float[] values = vectors.data<float>().ToArray();
        return [.. values.Chunk((int)vectors.shape[1])];
    }
}
