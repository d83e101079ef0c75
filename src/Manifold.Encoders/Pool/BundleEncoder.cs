using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Manifold.Encoders;

/// <summary>
/// A bundle on a device: its sessions, its tokenizer and its preprocessing, called in batches. For requests that arrive one by one
/// use <see cref="EncoderPool"/>, which gathers them.
/// </summary>
/// <remarks>Thread-safe until it is disposed of. A call works on the calling thread and on ONNX Runtime's own threads.</remarks>
public sealed class BundleEncoder : IDisposable
{
    private readonly Dictionary<Modality, EncoderTower> _towers = [];

    /// <summary>Loads the models and runs a probe through each.</summary>
    /// <param name="bundle">A bundle that was loaded, and so checked.</param>
    /// <param name="options">Device, threads and limits; null for the defaults.</param>
    /// <param name="logger">Told, for <see cref="EncoderDevice.Auto"/>, which device was taken.</param>
    /// <exception cref="InvalidBundleException">A model does not fit the manifest.</exception>
    /// <exception cref="DeviceUnavailableException">CUDA was asked for and cannot be had.</exception>
    public BundleEncoder(Bundle bundle, EncoderOptions? options = null, ILogger? logger = null)
        : this(bundle, options ??= new EncoderOptions(), Choose(options, logger))
    {
    }

    internal BundleEncoder(Bundle bundle, EncoderOptions options, OnnxDevice device)
    {
        Manifest = bundle.Manifest;
        Device = device.Device;
        MaxBatchSize = options.MaxBatchSize;
        try
        {
            if (bundle.Manifest.Towers.Text is { } text)
                _towers.Add(Modality.Text, new TextEncoderTower(bundle, text, options, device));
            if (bundle.Manifest.Towers.Image is { } image)
                _towers.Add(Modality.Image, new ImageEncoderTower(bundle, image, options, device));
            if (bundle.Manifest.Towers.Audio is { } audio)
                _towers.Add(Modality.Audio, new AudioEncoderTower(bundle, audio, device));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public BundleManifest Manifest { get; }

    /// <summary>Where it runs: <see cref="EncoderDevice.Cuda"/> or <see cref="EncoderDevice.Cpu"/>.</summary>
    public EncoderDevice Device { get; }

    /// <summary>Longer calls are cut into runs of this many items.</summary>
    public int MaxBatchSize { get; }

    internal IReadOnlyCollection<EncoderTower> Towers => _towers.Values;

    /// <summary>Encodes texts.</summary>
    /// <returns>A vector of length 1 and <see cref="BundleManifest.Dimension"/> floats for each text, in order.</returns>
    /// <exception cref="InvalidContentException">One of them cannot be encoded; the message says which.</exception>
    /// <exception cref="UnknownBundleException">The bundle has no text tower.</exception>
    /// <exception cref="EncodingFailedException">The model or its device failed.</exception>
    public float[][] EncodeTexts(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Encode(Modality.Text, texts.Count, i => Content.OfText(texts[i]));
    }

    /// <summary>Encodes pictures, each the bytes of a file.</summary>
    /// <returns>A vector of length 1 and <see cref="BundleManifest.Dimension"/> floats for each picture, in order.</returns>
    /// <exception cref="InvalidContentException">One of them cannot be encoded; the message says which.</exception>
    /// <exception cref="UnknownBundleException">The bundle has no image tower.</exception>
    /// <exception cref="EncodingFailedException">The model or its device failed.</exception>
    public float[][] EncodeImages(IReadOnlyList<ReadOnlyMemory<byte>> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return Encode(Modality.Image, images.Count, i => Content.OfImage(images[i]));
    }

    /// <summary>Encodes windows of sound, as <see cref="MediaDecoder.ReadAudioAsync(MediaFile, AudioPreprocessing, CancellationToken)"/> gives them.</summary>
    /// <param name="windows">Each mono at the audio tower's rate, 1 to <see cref="AudioPreprocessing.WindowSamples"/> samples.</param>
    /// <returns>A vector of length 1 and <see cref="BundleManifest.Dimension"/> floats for each window, in order.</returns>
    /// <exception cref="InvalidContentException">One of them cannot be encoded; the message says which.</exception>
    /// <exception cref="UnknownBundleException">The bundle has no audio tower.</exception>
    /// <exception cref="EncodingFailedException">The model or its device failed.</exception>
    public float[][] EncodeAudio(IReadOnlyList<ReadOnlyMemory<float>> windows)
    {
        ArgumentNullException.ThrowIfNull(windows);
        return Encode(Modality.Audio, windows.Count, i => Content.OfSamples(windows[i]));
    }

    /// <summary>Encodes frames of videos, as <see cref="MediaDecoder.ReadFramesAsync"/> gives them.</summary>
    /// <returns>A vector of length 1 and <see cref="BundleManifest.Dimension"/> floats for each frame, in order.</returns>
    /// <exception cref="InvalidContentException">One of them cannot be encoded; the message says which.</exception>
    /// <exception cref="UnknownBundleException">The bundle has no image tower.</exception>
    /// <exception cref="EncodingFailedException">The model or its device failed.</exception>
    public float[][] EncodeFrames(IReadOnlyList<VideoFrame> frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        return Encode(Modality.Image, frames.Count, i => Content.OfFrame(frames[i]));
    }

    public void Dispose()
    {
        foreach (EncoderTower tower in _towers.Values)
            tower.Dispose();
    }

    private static OnnxDevice Choose(EncoderOptions options, ILogger? logger)
    {
        EncoderOptionsValidator.ThrowIfInvalid(options);
        return OnnxDevice.Choose(options.Device, options.IntraOpThreads, logger ?? NullLogger.Instance);
    }

    private float[][] Encode(Modality modality, int count, Func<int, Content> contentAt)
    {
        if (!_towers.TryGetValue(modality, out EncoderTower? tower))
            throw UnknownBundle.WithoutTower(Manifest, modality);
        float[][] vectors = new float[count][];
        var batch = new List<PreparedContent>(MaxBatchSize);
        for (int first = 0; first < count; first += MaxBatchSize)
        {
            try
            {
                int end = Math.Min(first + MaxBatchSize, count);
                for (int i = first; i < end; i++)
                    batch.Add(At(i, () => tower.Prepare(contentAt(i))));
                float[]?[] rows = tower.Run(batch);
                for (int i = first; i < end; i++)
                    vectors[i] = rows[i - first] ?? throw At(i, tower.NoDirection());
            }
            finally
            {
                batch.ForEach(p => p.Dispose());
                batch.Clear();
            }
        }

        return vectors;
    }

    private static PreparedContent At(int index, Func<PreparedContent> prepare)
    {
        try
        {
            return prepare();
        }
        catch (InvalidContentException e)
        {
            throw At(index, e);
        }
    }

    private static InvalidContentException At(int index, InvalidContentException e) => new($"Item {index}: {e.Message}", e);
}
