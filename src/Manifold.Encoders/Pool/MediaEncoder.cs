using System.Numerics.Tensors;

namespace Manifold.Encoders;

/// <summary>
/// Recordings to vectors: decodes at the pace at which the towers take windows and frames, which wait in the same queues, and run in the same batches, as
/// other content. A bounded number of recordings is decoded at a time.
/// </summary>
internal sealed class MediaEncoder : IDisposable
{
    // A queue that is full of other content is asked again after its own hint, within what wastes neither calls nor time.
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(10), LongestWait = TimeSpan.FromSeconds(1);

    // About what a song of a few minutes takes on one core.
    private static readonly TimeSpan RecordingGuess = TimeSpan.FromSeconds(2);

    // A change sooner after another is a flash.
    private const double ShortestScene = 1;

    private readonly MediaDecoder _decoder;
    private readonly MediaLimits _limits;
    private readonly EncoderOptions _options;
    private readonly SemaphoreSlim _places;
    private int _waiting;

    public MediaEncoder(EncoderOptions options)
    {
        _options = options;
        _limits = options.MediaLimits;
        if (_limits.Folder is { } folder)
            Directory.CreateDirectory(folder);
        _decoder = new MediaDecoder(_limits);
        _places = new SemaphoreSlim(options.MediaProcesses > 0 ? options.MediaProcesses : Environment.ProcessorCount);
    }

    /// <summary>Encodes a recording.</summary>
    /// <param name="towers">The bundle's.</param>
    /// <param name="content">Audio or video.</param>
    /// <param name="cancellationToken">Ends ffmpeg and takes what waits out of the queues.</param>
    /// <exception cref="InvalidContentException">It cannot be encoded.</exception>
    /// <exception cref="MediaToolMissingException">There is no ffmpeg.</exception>
    /// <exception cref="EncoderOverloadedException">Too many recordings wait.</exception>
    public async Task<EncodedContent> EncodeAsync(MediaTowers towers, Content content, CancellationToken cancellationToken)
    {
        MediaFile.Check(content.Bytes.Span, _limits);
        if (Interlocked.Increment(ref _waiting) > _options.MaxQueueLength)
        {
            Interlocked.Decrement(ref _waiting);
            throw new EncoderOverloadedException($"{_options.MaxQueueLength:N0} recordings wait to be decoded; try again in about {RecordingGuess.TotalSeconds:0.#} s.", RecordingGuess);
        }

        try
        {
            await _places.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        try
        {
            // The caller may be on a scheduler that must not be kept busy.
            return await Task.Run(() => EncodeDecodedAsync(towers, content, cancellationToken), cancellationToken);
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();

    private async Task<EncodedContent> EncodeDecodedAsync(MediaTowers towers, Content content, CancellationToken cancellationToken)
    {
        using MediaFile file = await MediaFile.OfAsync(content.Bytes, _limits, cancellationToken);
        MediaProbe probe = await _decoder.ProbeAsync(file, cancellationToken);
        return content.Modality == Modality.Audio
            ? await EncodeAudioAsync(towers, file, probe, cancellationToken)
            : await EncodeVideoAsync(towers, file, probe, cancellationToken);
    }

    private async Task<EncodedContent> EncodeAudioAsync(MediaTowers towers, MediaFile file, MediaProbe probe, CancellationToken cancellationToken)
    {
        var list = new MomentList(towers.Dimension, MomentLimit(towers));
        bool heard = await EncodeSoundAsync(list, towers, file, probe, cancellationToken);
        if (!heard)
            throw new InvalidContentException("The recording is silent from beginning to end: no sample is louder than -84 dB.");
        return new EncodedContent(list.Mean() ?? throw NoDirection("recording"), list.Finish());
    }

    private async Task<EncodedContent> EncodeVideoAsync(MediaTowers towers, MediaFile file, MediaProbe probe, CancellationToken cancellationToken)
    {
        bool looks = probe.Video is not null && towers.Image is not null, listens = probe.Audio is not null && towers.Audio is not null;
        if (!looks && !listens)
        {
            throw new InvalidContentException(
                probe.Video is null ? "The file has no pictures, and the bundle has no audio tower for its sound." : "The file has no sound, and the bundle has no image tower for its pictures.");
        }

        int limit = MomentLimit(towers) / (looks && listens ? 2 : 1);
        MomentList pictures = new(towers.Dimension, limit), sounds = new(towers.Dimension, limit);
        if (looks)
            await EncodePicturesAsync(pictures, limit, towers, file, probe, cancellationToken);

        // A silent sound track says nothing, and is no fault of a film.
        if (listens)
            await EncodeSoundAsync(sounds, towers, file, probe, cancellationToken);
        float[] whole = Blend(pictures.Mean(), sounds.Mean()) ?? throw NoDirection("video");
        return new EncodedContent(whole, [.. pictures.Finish(), .. sounds.Finish()]);
    }

    private async Task EncodePicturesAsync(MomentList list, int limit, MediaTowers towers, MediaFile file, MediaProbe probe, CancellationToken cancellationToken)
    {
        // A long video is sampled more thinly, so that what one costs is bounded where its length is known.
        double length = _options.MomentLength.TotalSeconds, stretch = Math.Max(1, (probe.Seconds ?? 0) / length / limit);
        TimeSpan interval = _options.FrameInterval * stretch;
        var cutter = new VideoMomentCutter(interval.TotalSeconds, length * stretch, _options.SceneThreshold, ShortestScene * stretch, _options.FramesPerMoment);
        await using var line = new MomentLine(list, _options.MaxBatchSize);
        async Task Send(IReadOnlyList<VideoMoment> moments)
        {
            foreach (VideoMoment moment in moments)
                await line.AddAsync(moment.StartSeconds, moment.EndSeconds, EncodeFramesAsync(towers.Image!, moment.Frames, line.Token));
        }

        line.LinkTo(cancellationToken);
        await foreach (VideoFrame frame in _decoder.ReadFramesAsync(file, probe, towers.ImagePreprocessing!, interval, cancellationToken))
            await Send(cutter.Add(frame));
        await Send(cutter.Finish(probe.Video!.Seconds ?? probe.Seconds));
        await line.DrainAsync();
    }

    /// <returns>Whether there was anything but silence.</returns>
    private async Task<bool> EncodeSoundAsync(MomentList list, MediaTowers towers, MediaFile file, MediaProbe probe, CancellationToken cancellationToken)
    {
        bool heard = false;
        await using var line = new MomentLine(list, _options.MaxBatchSize);
        line.LinkTo(cancellationToken);
        await foreach (AudioWindow window in _decoder.ReadAudioAsync(file, probe, towers.AudioPreprocessing!, cancellationToken))
        {
            if (window.IsSilent)
                continue;
            heard = true;
            await line.AddAsync(window.StartSeconds, window.EndSeconds, EncodeAsync(towers.Audio!, Content.OfSamples(window.Samples), line.Token));
        }

        await line.DrainAsync();
        return heard;
    }

    /// <returns>The mean of the frames' vectors, of length 1; null where the model gives none.</returns>
    private static async Task<float[]?> EncodeFramesAsync(TowerQueue queue, IReadOnlyList<VideoFrame> frames, CancellationToken cancellationToken)
    {
        float[]?[] vectors = await Task.WhenAll(frames.Select(frame => EncodeAsync(queue, Content.OfFrame(frame), cancellationToken)));
        float[][] seen = [.. vectors.OfType<float[]>()];
        if (seen.Length <= 1)
            return seen.FirstOrDefault();
        float[] mean = new float[seen[0].Length];
        foreach (float[] vector in seen)
            TensorPrimitives.Add(mean, vector, mean);
        return OnnxModel.TryNormalize(mean) ? mean : seen[0];
    }

    /// <returns>The vector, or null where the model gives none.</returns>
    private static async Task<float[]?> EncodeAsync(TowerQueue queue, Content content, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await queue.EncodeAsync(content, cancellationToken);
            }
            catch (EncoderOverloadedException e)
            {
                await Task.Delay(TimeSpan.FromSeconds(Math.Clamp(e.RetryAfter.TotalSeconds, ShortestWait.TotalSeconds, LongestWait.TotalSeconds)), cancellationToken);
            }
            catch (InvalidContentException)
            {
                // The model has no direction for a black frame or the like: the rest of the recording goes on without it.
                return null;
            }
        }
    }

    private float[]? Blend(float[]? pictures, float[]? sounds)
    {
        if (pictures is null || sounds is null)
            return pictures ?? sounds;
        float share = (float)_options.SoundShare;
        float[] blend = [.. pictures.Zip(sounds, (p, s) => ((1 - share) * p) + (share * s))];
        return OnnxModel.TryNormalize(blend) ? blend : pictures;
    }

    private int MomentLimit(MediaTowers towers) => Math.Max(4, Math.Min(_options.MaxMoments, EncoderOptions.MaxMomentFloats / towers.Dimension));

    private static InvalidContentException NoDirection(string what) => new($"The bundle gives no usable vector for any part of this {what}.");
}
