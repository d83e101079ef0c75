using System.Buffers;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Manifold.Encoders;

/// <summary>Decoded and preprocessed pictures through the image model.</summary>
internal sealed class ImageEncoderTower : EncoderTower
{
    private readonly OnnxModel _model;
    private readonly ImageDecoder _decoder;
    private readonly ImagePreprocessing _preprocessing;
    private readonly long _maxImageBytes;

    /// <exception cref="InvalidBundleException">The model does not fit the manifest.</exception>
    public ImageEncoderTower(Bundle bundle, ImageTower tower, EncoderOptions options, OnnxDevice device)
        : base(bundle.Manifest.Name, Modality.Image)
    {
        _preprocessing = tower.Preprocessing;
        _maxImageBytes = options.MaxImageBytes;
        _decoder = new ImageDecoder(new ImageLimits { MaxBytes = options.MaxImageBytes, MaxPixels = options.MaxImagePixels });

        // Two pictures: a graph with a fixed batch of 1 does not pass.
        using var first = new PreparedContent(ArrayPool<float>.Shared.Rent(PixelCount));
        using var second = new PreparedContent(ArrayPool<float>.Shared.Rent(PixelCount));
        first.WritablePixels.Clear();
        second.WritablePixels.Clear();
        _model = Load(bundle, tower, device);
        try
        {
            WithInputs([first, second], _model.Probe);
        }
        catch
        {
            _model.Dispose();
            throw;
        }
    }

    private int PixelCount => 3 * _preprocessing.Width * _preprocessing.Height;

    public override void CheckSize(Content content)
    {
        if (content.Frame is not null)
            return;
        if (content.Bytes.Length > _maxImageBytes)
            throw new InvalidContentException($"The picture is {content.Bytes.Length:N0} bytes large; at most {_maxImageBytes:N0} are taken.");
        if (content.Bytes.IsEmpty)
            throw new InvalidContentException("The picture is empty (0 bytes).");
    }

    public override PreparedContent Prepare(Content content)
    {
        var prepared = new PreparedContent(ArrayPool<float>.Shared.Rent(PixelCount));
        try
        {
            if (content.Frame is { } frame)
                ImageDecoder.Resize(frame, _preprocessing, prepared.WritablePixels);
            else
                _decoder.Decode(content.Bytes, _preprocessing, prepared.WritablePixels);
            return prepared;
        }
        catch
        {
            prepared.Dispose();
            throw;
        }
    }

    public override void Dispose() => _model.Dispose();

    protected override float[][] RunModel(IReadOnlyList<PreparedContent> batch)
    {
        float[][] rows = [];
        WithInputs(batch, (inputs, count) => rows = _model.Run(inputs, count));
        return rows;
    }

    private static OnnxModel Load(Bundle bundle, ImageTower tower, OnnxDevice device) => new(
        bundle.PathOf(tower.Model),
        "towers.image",
        [new("pixels", tower.Inputs.Pixels, TensorElementType.Float, 4)],
        tower.Output,
        bundle.Manifest.Dimension,
        device);

    private void WithInputs(IReadOnlyList<PreparedContent> batch, Action<OrtValue[], int> run)
    {
        int pixels = PixelCount, length = batch.Count * pixels;
        float[] input = ArrayPool<float>.Shared.Rent(length);
        try
        {
            for (int i = 0; i < batch.Count; i++)
                batch[i].Pixels[..pixels].CopyTo(input.AsSpan(i * pixels));
            using OrtValue value = OrtValue.CreateTensorValueFromMemory(
                OrtMemoryInfo.DefaultInstance, input.AsMemory(0, length), [batch.Count, 3, _preprocessing.Height, _preprocessing.Width]);
            run([value], batch.Count);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(input);
        }
    }
}
