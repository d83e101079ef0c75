using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Manifold.Encoders;

/// <summary>
/// Every bundle that a silo serves, loaded once. Requests that arrive one by one are gathered into batches, each tower has a bounded
/// queue, and a full queue refuses at once.
/// </summary>
/// <remarks>Thread-safe. The calling thread does no CPU-heavy work.</remarks>
public sealed class EncoderPool : IAsyncDisposable
{
    private readonly Dictionary<string, BundleEncoder> _encoders = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Bundle, Modality Modality), TowerQueue> _queues = [];
    private readonly Dictionary<string, MediaTowers> _media = new(StringComparer.Ordinal);
    private readonly MediaEncoder _mediaEncoder;
    private readonly int _windowPerCall;

    /// <summary>Loads every bundle of <see cref="EncoderOptions.BundleFolders"/> and probes its models.</summary>
    /// <exception cref="ArgumentException">The options are out of range; the message has all errors.</exception>
    /// <exception cref="InvalidBundleException">A folder holds no bundle, a bundle is wrong, or two have one name.</exception>
    /// <exception cref="DeviceUnavailableException">CUDA was asked for and cannot be had.</exception>
    public EncoderPool(EncoderOptions options, ILogger<EncoderPool>? logger = null)
    {
        EncoderOptionsValidator.ThrowIfInvalid(options);
        ILogger log = logger ?? NullLogger<EncoderPool>.Instance;

        // A long call keeps two batches going and no more, so that it does not fill the queue by itself.
        _windowPerCall = Math.Min(2 * options.MaxBatchSize, options.MaxQueueLength);
        _mediaEncoder = new MediaEncoder(options);
        OnnxDevice device = OnnxDevice.Choose(options.Device, options.IntraOpThreads, log);
        Device = device.Device;
        try
        {
            foreach (string folder in options.BundleFolders.SelectMany(BundleFolders.Find))
                Add(Bundle.Load(folder), options, device, log);
        }
        catch
        {
            foreach (BundleEncoder encoder in _encoders.Values)
                encoder.Dispose();
            throw;
        }

        Bundles = [.. _encoders.Values.Select(e => e.Manifest).OrderBy(m => m.Name, StringComparer.Ordinal)];
    }

    /// <summary>The manifests of the bundles that are served, by name.</summary>
    public IReadOnlyList<BundleManifest> Bundles { get; }

    /// <summary>Where models run: <see cref="EncoderDevice.Cuda"/> or <see cref="EncoderDevice.Cpu"/>.</summary>
    public EncoderDevice Device { get; }

    /// <summary>Encodes one item.</summary>
    /// <param name="bundle">The bundle's name.</param>
    /// <param name="content">The item.</param>
    /// <param name="cancellationToken">Takes a waiting item out of the queue; one that is being encoded is encoded for nothing.</param>
    /// <returns>Its vector, of length 1, the caller's own; of a recording, that of the whole.</returns>
    /// <exception cref="UnknownBundleException">No such bundle, or none of its towers takes this modality.</exception>
    /// <exception cref="InvalidContentException">The content cannot be encoded.</exception>
    /// <exception cref="EncoderOverloadedException">The queue is full.</exception>
    /// <exception cref="EncodingFailedException">The model or its device failed.</exception>
    /// <exception cref="MediaToolMissingException">It is a recording, and there is no ffmpeg.</exception>
    /// <exception cref="ObjectDisposedException">The pool was disposed of.</exception>
    public async Task<float[]> EncodeAsync(string bundle, Content content, CancellationToken cancellationToken) =>
        (await EncodeWithMomentsAsync(bundle, content, cancellationToken)).Vector;

    /// <summary>As <see cref="EncodeAsync"/>, with the moments of a recording.</summary>
    /// <inheritdoc cref="EncodeAsync" path="/param"/>
    /// <inheritdoc cref="EncodeAsync" path="/exception"/>
    public async Task<EncodedContent> EncodeWithMomentsAsync(string bundle, Content content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        using Activity? activity = EncoderMetrics.Activities.StartActivity("encode");
        activity?.SetTag("manifold.bundle", bundle).SetTag("manifold.modality", content.Modality.ToString());
        try
        {
            return content.Modality is Modality.Audio or Modality.Video
                ? await _mediaEncoder.EncodeAsync(MediaOf(bundle, content.Modality), content, cancellationToken)
                : new EncodedContent(await QueueOf(bundle, content.Modality).EncodeAsync(content, cancellationToken), []);
        }
        catch (Exception e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            throw;
        }
    }

    /// <summary>Encodes many items; each succeeds or fails alone.</summary>
    /// <param name="bundle">The bundle's name.</param>
    /// <param name="contents">The items, of any modalities that the bundle takes.</param>
    /// <param name="cancellationToken">Ends the whole call.</param>
    /// <returns>An outcome for each item, in order; errors are those of <see cref="EncodeAsync"/>.</returns>
    /// <exception cref="UnknownBundleException">No such bundle.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public async Task<IReadOnlyList<EncodeOutcome>> EncodeManyAsync(string bundle, IReadOnlyList<Content> contents, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(contents);
        if (!_encoders.ContainsKey(bundle))
            throw UnknownBundle.Named(bundle, _encoders.Keys);
        var outcomes = new EncodeOutcome[contents.Count];
        int next = -1;
        async Task Lane()
        {
            for (int i = Interlocked.Increment(ref next); i < outcomes.Length; i = Interlocked.Increment(ref next))
                outcomes[i] = await OutcomeAsync(bundle, contents[i], cancellationToken);
        }

        await Task.WhenAll(Enumerable.Range(0, Math.Min(_windowPerCall, contents.Count)).Select(_ => Lane()));
        return outcomes;
    }

    /// <summary>Refuses new items, fails those that wait, lets running batches end, and frees the models.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_queues.Values.Select(q => q.CloseAsync()));
        foreach (BundleEncoder encoder in _encoders.Values)
            encoder.Dispose();
        _mediaEncoder.Dispose();
    }

    /// <summary>Items that wait for a model, over all towers.</summary>
    public int QueueLength => _queues.Values.Sum(q => q.Length);

    private void Add(Bundle bundle, EncoderOptions options, OnnxDevice device, ILogger log)
    {
        BundleManifest manifest = bundle.Manifest;
        if (_encoders.ContainsKey(manifest.Name))
            throw new InvalidBundleException(bundle.PathOf(BundleManifest.FileName), "name", $"is '{manifest.Name}', which another bundle that is loaded has too");
        var encoder = new BundleEncoder(bundle, options, device);
        _encoders.Add(manifest.Name, encoder);
        foreach (EncoderTower tower in encoder.Towers)
            _queues.Add((manifest.Name, tower.Modality), new TowerQueue(tower, options));
        _media.Add(manifest.Name, new MediaTowers(
            _queues.GetValueOrDefault((manifest.Name, Modality.Image)),
            manifest.Towers.Image?.Preprocessing,
            _queues.GetValueOrDefault((manifest.Name, Modality.Audio)),
            manifest.Towers.Audio?.Preprocessing,
            manifest.Dimension));
        log.LogInformation("Loaded bundle {Bundle} {Version} from {Folder}: {Modalities}, dimension {Dimension}.", manifest.Name, manifest.Version, bundle.Folder, string.Join(" and ", manifest.Towers.Modalities), manifest.Dimension);
    }

    private TowerQueue QueueOf(string bundle, Modality modality)
    {
        if (_queues.TryGetValue((bundle, modality), out TowerQueue? queue))
            return queue;
        throw _encoders.TryGetValue(bundle, out BundleEncoder? encoder)
            ? UnknownBundle.WithoutTower(encoder.Manifest, modality)
            : UnknownBundle.Named(bundle, _encoders.Keys);
    }

    private MediaTowers MediaOf(string bundle, Modality modality)
    {
        if (!_encoders.TryGetValue(bundle, out BundleEncoder? encoder))
            throw UnknownBundle.Named(bundle, _encoders.Keys);
        return encoder.Manifest.Towers.Encodes(modality) ? _media[bundle] : throw UnknownBundle.WithoutTower(encoder.Manifest, modality);
    }

    private async Task<EncodeOutcome> OutcomeAsync(string bundle, Content content, CancellationToken cancellationToken)
    {
        try
        {
            return new EncodeOutcome(await EncodeWithMomentsAsync(bundle, content, cancellationToken), null);
        }
        catch (Exception e) when (e is InvalidContentException or UnknownBundleException or EncoderOverloadedException or EncodingFailedException or MediaToolMissingException)
        {
            return new EncodeOutcome(null, e);
        }
    }
}
