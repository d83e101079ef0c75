namespace Manifold.Encoders;

/// <summary>Options of encoding, bound from <see cref="Section"/>; <see cref="EncoderOptionsValidator"/> checks them.</summary>
public sealed class EncoderOptions
{
    /// <summary>The configuration section: <c>Manifold:Encoders</c>.</summary>
    public const string Section = "Manifold:Encoders";

    public EncoderDevice Device { get; set; } = EncoderDevice.Auto;

    /// <summary>Threads of one running model, 0 to 1024; 0 lets ONNX Runtime take one for each core.</summary>
    public int IntraOpThreads { get; set; }

    /// <summary>Threads that prepare content (decode, tokenize) for each tower, 0 to 1024; 0 is one for each core.</summary>
    public int PreparationThreads { get; set; }

    /// <summary>The most items in one run of a model, 1 to 1024.</summary>
    public int MaxBatchSize { get; set; } = 32;

    /// <summary>The longest that a ready batch waits for items that are being prepared, 0 to 1 s. An idle encoder never waits.</summary>
    public TimeSpan MaxBatchWait { get; set; } = TimeSpan.FromMilliseconds(2);

    /// <summary>The most items that wait in one tower, 1 to 1,000,000; more are refused at once.</summary>
    public int MaxQueueLength { get; set; } = 1024;

    /// <summary>Longest text in UTF-16 code units, 1 to 1,000,000.</summary>
    public int MaxTextLength { get; set; } = 8192;

    /// <summary>Largest picture file in bytes, 1 to 1 GiB.</summary>
    public long MaxImageBytes { get; set; } = new ImageLimits().MaxBytes;

    /// <summary>Largest width × height of a picture, 1 to 2^31 − 1.</summary>
    public long MaxImagePixels { get; set; } = new ImageLimits().MaxPixels;

    /// <summary>The program ffmpeg, by name (looked for on PATH) or by path; ffprobe is looked for beside it. Needed for audio and video only.</summary>
    public string Ffmpeg { get; set; } = new MediaLimits().Ffmpeg;

    /// <summary>Where recordings are put while they are decoded; made if it is not there. Empty for the system's temporary folder.</summary>
    public string MediaFolder { get; set; } = "";

    /// <summary>Recordings decoded at a time, each by a process of its own, 0 to 1024; 0 is one for each core.</summary>
    public int MediaProcesses { get; set; }

    /// <summary>Largest audio or video file in bytes, 1 to 64 GiB.</summary>
    public long MaxMediaBytes { get; set; } = new MediaLimits().MaxBytes;

    /// <summary>Longest recording, 1 s to 7 days.</summary>
    public TimeSpan MaxMediaDuration { get; set; } = new MediaLimits().MaxDuration;

    /// <summary>The longest that ffmpeg may go without giving anything, 1 s to 1 h.</summary>
    public TimeSpan MediaTimeout { get; set; } = new MediaLimits().StallTimeout;

    /// <summary>The most moments of a recording, 4 to 65,536; a longer one gets coarser ones. A space's limit on an item's vectors holds too.</summary>
    public int MaxMoments { get; set; } = 1024;

    /// <summary>From one sampled frame of a video to the next, 40 ms to 1 min.</summary>
    public TimeSpan FrameInterval { get; set; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Longest moment of a video, from <see cref="FrameInterval"/> to 10 min.</summary>
    public TimeSpan MomentLength { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The most frames of a moment that are encoded, 1 to 64, at equal distances; the moment's vector is the mean of theirs.</summary>
    public int FramesPerMoment { get; set; } = 1;

    /// <summary>How much the colours change from one sampled frame to the next where a scene begins, above 0 to 1; 1 cuts by time only.</summary>
    public double SceneThreshold { get; set; } = 0.1;

    /// <summary>The sound track's share in the vector of a whole video, 0 to 1.</summary>
    public double SoundShare { get; set; } = 0.25;

    /// <summary>Floats of all moments of an item: what a multi-vector space takes.</summary>
    internal const int MaxMomentFloats = 1 << 20;

    internal MediaLimits MediaLimits => new()
    {
        Ffmpeg = Ffmpeg,
        Folder = MediaFolder.Length == 0 ? null : MediaFolder,
        MaxBytes = MaxMediaBytes,
        MaxDuration = MaxMediaDuration,
        StallTimeout = MediaTimeout,
    };

    /// <summary>Folders that are bundles or hold bundles, read at start.</summary>
    public IList<string> BundleFolders { get; init; } = [];
}
