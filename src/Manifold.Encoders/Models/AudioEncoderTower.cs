using System.Buffers;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Manifold.Encoders;

/// <summary>
/// Windows of sound through the audio model. It takes samples (<see cref="Content.Samples"/>): decoding and cutting a recording is
/// <see cref="MediaEncoder"/>'s. Inputs of different lengths are run apart, so that none is padded to another.
/// </summary>
internal sealed class AudioEncoderTower : EncoderTower
{
    private readonly OnnxModel _model;
    private readonly AudioFeatures _features;

    /// <exception cref="InvalidBundleException">The model does not fit the manifest.</exception>
    public AudioEncoderTower(Bundle bundle, AudioTower tower, OnnxDevice device)
        : base(bundle.Manifest.Name, Modality.Audio)
    {
        Preprocessing = tower.Preprocessing;
        _features = new AudioFeatures(tower.Preprocessing);
        _model = Load(bundle, tower, device);
        try
        {
            // Two windows: a graph with a fixed batch of 1 does not pass, nor does one of a fixed length where it is to vary.
            foreach (int samples in (HashSet<int>)[Preprocessing.WindowSamples, Preprocessing.MinSamples])
            {
                using PreparedContent first = Prepare(Content.OfSamples(new float[samples])), second = Prepare(Content.OfSamples(new float[samples]));
                WithInput([first, second], _model.Probe);
            }
        }
        catch
        {
            _model.Dispose();
            throw;
        }
    }

    public AudioPreprocessing Preprocessing { get; }

    public override void CheckSize(Content content)
    {
        if (content.Samples.IsEmpty)
            throw new InvalidContentException("The recording is empty (0 samples).");
        if (content.Samples.Length > Preprocessing.WindowSamples)
            throw new InvalidContentException($"The window has {content.Samples.Length:N0} samples; bundle '{Bundle}' takes {Preprocessing.WindowSamples:N0}.");
    }

    public override PreparedContent Prepare(Content content)
    {
        CheckSize(content);
        int length = _features.LengthOf(content.Samples.Length);
        var prepared = new PreparedContent(ArrayPool<float>.Shared.Rent(length)) { Samples = content.Samples.Length, Length = length };
        _features.Compute(content.Samples.Span, prepared.WritablePixels);
        return prepared;
    }

    public override void Dispose() => _model.Dispose();

    protected override float[][] RunModel(IReadOnlyList<PreparedContent> batch)
    {
        float[][] rows = new float[batch.Count][];
        foreach (IGrouping<int, int> group in Enumerable.Range(0, batch.Count).GroupBy(i => batch[i].Length))
        {
            int[] indices = [.. group];
            WithInput([.. indices.Select(i => batch[i])], (inputs, count) =>
            {
                foreach ((int i, float[] row) in indices.Zip(_model.Run(inputs, count)))
                    rows[i] = row;
            });
        }

        return rows;
    }

    private static OnnxModel Load(Bundle bundle, AudioTower tower, OnnxDevice device) => new(
        bundle.PathOf(tower.Model),
        "towers.audio",
        [
            tower.Inputs.Mel is { } mel
                ? new("mel", mel, TensorElementType.Float, tower.Preprocessing.Mel!.Layout == MelLayout.ChannelFramesBands ? 4 : 3)
                : new("waveform", tower.Inputs.Waveform!, TensorElementType.Float, 2),
        ],
        tower.Output,
        bundle.Manifest.Dimension,
        device);

    /// <param name="batch">All of one length.</param>
    /// <param name="run">Takes the input and the number of items.</param>
    private void WithInput(IReadOnlyList<PreparedContent> batch, Action<OrtValue[], int> run)
    {
        int each = batch[0].Length, length = batch.Count * each;
        float[] input = ArrayPool<float>.Shared.Rent(length);
        try
        {
            for (int i = 0; i < batch.Count; i++)
                batch[i].Pixels[..each].CopyTo(input.AsSpan(i * each));
            long[] shape = [batch.Count, .. _features.ShapeOf(batch[0].Samples).Select(d => (long)d)];
            using OrtValue value = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, input.AsMemory(0, length), shape);
            run([value], batch.Count);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(input);
        }
    }
}
