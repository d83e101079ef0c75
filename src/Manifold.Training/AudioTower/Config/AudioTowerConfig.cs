using Manifold.Encoders;

namespace Manifold.Training;

/// <summary>
/// A run that teaches a tower of sound to a bundle, as its YAML file says it (keys in snake_case; docs/training.md lists them). What the file leaves out keeps its default.
/// </summary>
public sealed record AudioTowerConfig
{
    /// <summary>The bundle whose space is learnt: its text tower is the teacher. A folder, relative to the config file, or <c>default</c> for the shipped one.</summary>
    public string Base { get; init; } = BundleLocation.Default;

    /// <summary>The name of the bundle that is written, the base with the tower of sound; empty for the base's own.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its version; empty for the base's own.</summary>
    public string Version { get; init; } = "";

    /// <summary>What it is, for people; empty for the base's own.</summary>
    public string Description { get; init; } = "";

    /// <summary>Seed of everything random.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Threads of the tensor library; 0 for as many as there are cores.</summary>
    public int Threads { get; init; }

    public AudioDataConfig Data { get; init; } = new();

    public SpectrogramConfig Spectrogram { get; init; } = new();

    public SpectrogramVariationConfig Variation { get; init; } = new();

    public AudioModelConfig Model { get; init; } = new();

    public AudioLossConfig Loss { get; init; } = new();

    public ScheduleConfig Schedule { get; init; } = new() { Batch = 128, Steps = 3000, EvaluateEvery = 500 };

    /// <summary>Storage of the matrices: <c>float32</c>, <c>float16</c> or <c>int8</c>; computation is in float32 with each.</summary>
    public WeightPrecision Weights { get; init; } = WeightPrecision.Int8;
}

/// <summary>What is learnt from.</summary>
public sealed record AudioDataConfig
{
    /// <summary>
    /// <c>speech</c> for texts of the project's own data that a synthesizer speaks, else a JSONL file or a folder of recordings with captions, relative to the config file
    /// (docs/training.md, "Your own recordings").
    /// </summary>
    public string Source { get; init; } = SpeechTexts.Source;

    /// <summary>Of speech: the languages, of en, zh, fr, es and de.</summary>
    public IReadOnlyList<string> Languages { get; init; } = ["en", "zh", "fr", "es", "de"];

    /// <summary>Of speech: how many texts are spoken, each once.</summary>
    public int Clips { get; init; } = 40_000;

    /// <summary>Of speech: the share of them that are one to three words of a frequency list put together, English only, so that words of which there is no picture are heard as well.</summary>
    public double WordsShare { get; init; } = 0.35;

    /// <summary>Of speech: how many words of that list.</summary>
    public int Words { get; init; } = 12_000;

    /// <summary>Of recordings: allow those under the GPL (tuxpaint-stamps) to be learnt from. No shipped bundle may set it.</summary>
    public bool AllowGpl { get; init; }

    /// <summary>Of recordings: the share of the captions that is held out to measure with, 0 to 0.5.</summary>
    public double Validation { get; init; } = 0.1;
}

/// <summary>The model's input.</summary>
public sealed record SpectrogramConfig
{
    /// <summary>Samples a second.</summary>
    public int SampleRate { get; init; } = 22_050;

    /// <summary>Length of a window of a long recording; training uses the first of each recording.</summary>
    public double WindowSeconds { get; init; } = 4;

    /// <summary>From one window to the next.</summary>
    public double HopSeconds { get; init; } = 2;

    /// <summary>Bands of the mel scale.</summary>
    public int Bands { get; init; } = 48;

    /// <summary>Samples of the Fourier transform.</summary>
    public int FftLength { get; init; } = 1024;

    /// <summary>Samples from one frame to the next.</summary>
    public int HopLength { get; init; } = 256;

    /// <summary>Samples of a frame.</summary>
    public int FrameLength { get; init; } = 640;

    /// <summary>Lower edge of the lowest band, Hz.</summary>
    public double MinHz { get; init; } = 60;

    /// <summary>Upper edge of the highest band, Hz: below what a recording of 16 kHz has, so that all sources look alike.</summary>
    public double MaxHz { get; init; } = 7600;

    /// <summary>The same as a bundle has it.</summary>
    internal AudioPreprocessing ToPreprocessing() => new()
    {
        SampleRate = SampleRate,
        WindowSeconds = WindowSeconds,
        HopSeconds = HopSeconds,
        Length = AudioLength.Variable,
        MinSeconds = Math.Min(0.3, WindowSeconds),
        Mel = new MelOptions { Bands = Bands, FftLength = FftLength, HopLength = HopLength, FrameLength = FrameLength, MinHz = MinHz, MaxHz = MaxHz },
    };
}

/// <summary>How a spectrogram is varied each time that it is drawn, so that few voices and clean recordings tell of many.</summary>
public sealed record SpectrogramVariationConfig
{
    /// <summary>The greatest change of speed, as a share.</summary>
    public double Speed { get; init; } = 0.1;

    /// <summary>The greatest shift along the mel scale, as a share: other vocal tracts (Jaitly and Hinton, 2013).</summary>
    public double Pitch { get; init; } = 0.06;

    /// <summary>Standard deviation of the slope over the bands, in units of the natural logarithm from end to end: other microphones.</summary>
    public double Tilt { get; init; } = 0.5;

    /// <summary>Share of the clips with noise.</summary>
    public double Noise { get; init; } = 0.15;

    /// <summary>The loudest noise below the loudest sound of a band, in dB.</summary>
    public double NoiseBelow { get; init; } = 20;

    /// <summary>The most bands, and the most frames, that are hidden at one place (Park et al., Interspeech 2019).</summary>
    public int Mask { get; init; } = 3;
}

/// <summary>Convolutions over time, then a Transformer, then a mean that attention weighs.</summary>
public sealed record AudioModelConfig
{
    /// <summary>Channels, a multiple of 16 and of <see cref="Heads"/>.</summary>
    public int Channels { get; init; } = 128;

    /// <summary>Residual blocks of convolutions, with dilations 1, 2, 4, …</summary>
    public int Blocks { get; init; } = 3;

    /// <summary>Layers of the Transformer.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Attention heads of a layer, and of the weighted mean.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Width of the feed-forward blocks.</summary>
    public int FeedForward { get; init; } = 256;

    /// <summary>Share of the values dropped in training.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>Frames that are quieter than the loudest value of the recording by more than this, in units of the natural logarithm, count as silence.</summary>
    public double Range { get; init; } = 9;
}

/// <summary>Weights of the terms of the loss.</summary>
public sealed record AudioLossConfig
{
    /// <summary>Symmetric InfoNCE between the directions of recordings and of their texts, from the middle of the teacher's vectors.</summary>
    public double Contrastive { get; init; } = 1;

    /// <summary>1 − cosine between the two.</summary>
    public double Cosine { get; init; } = 1;

    /// <summary>
    /// Connectionist temporal classification (Graves et al., ICML 2006) of what was said, as a synthesizer's phonemes or as letters, from the convolutions' frames: sounds of a language are few and are
    /// learnt soon, meanings are many.
    /// </summary>
    public double Transcript { get; init; } = 1;

    /// <summary>Temperature that learning starts with.</summary>
    public double Temperature { get; init; } = 0.05;

    /// <summary>The temperature never falls below this.</summary>
    public double MinTemperature { get; init; } = 0.02;
}
