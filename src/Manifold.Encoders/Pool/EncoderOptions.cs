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

    /// <summary>Folders that are bundles or hold bundles, read at start.</summary>
    public IList<string> BundleFolders { get; init; } = [];
}
