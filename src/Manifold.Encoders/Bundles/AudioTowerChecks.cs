using System.Globalization;

namespace Manifold.Encoders;

/// <summary>Ranges and cross-references of the keys of <c>towers.audio</c>.</summary>
internal static class AudioTowerChecks
{
    private const int MinSampleRate = 1_000, MaxSampleRate = 192_000;
    private const double MinWindowSeconds = 0.1, MaxWindowSeconds = 60;
    private const int MinFft = 16, MaxFft = 16_384, MaxBands = 512;

    /// <summary>Half a minute of CLAP's features is 192,000 floats; this bounds what one item of a batch takes.</summary>
    private const long MaxInputFloats = 1 << 24;

    public static void Check(AudioTower tower, Action<bool, string, string> require)
    {
        AudioTowerInputs inputs = tower.Inputs;
        require(inputs.Mel is null != inputs.Waveform is null, "towers.audio.inputs", "must name exactly one of 'mel' and 'waveform'");
        require(inputs.Mel != "", "towers.audio.inputs.mel", "must not be empty");
        require(inputs.Waveform != "", "towers.audio.inputs.waveform", "must not be empty");
        require(tower.Output.Length > 0, "towers.audio.output", "must not be empty");
        AudioPreprocessing p = tower.Preprocessing;
        const string Key = "towers.audio.preprocessing";
        require(p.SampleRate is >= MinSampleRate and <= MaxSampleRate, $"{Key}.sampleRate", Range(MinSampleRate, MaxSampleRate, p.SampleRate));
        require(p.WindowSeconds is >= MinWindowSeconds and <= MaxWindowSeconds, $"{Key}.windowSeconds", Range(MinWindowSeconds, MaxWindowSeconds, p.WindowSeconds));
        require(p.HopSeconds is not { } hop || (hop > 0 && hop <= p.WindowSeconds), $"{Key}.hopSeconds", $"must be above 0 and at most 'windowSeconds', but is {p.HopSeconds}");
        require(
            p.Length == AudioLength.Fixed || (p.MinSeconds > 0 && p.MinSeconds <= p.WindowSeconds),
            $"{Key}.minSeconds",
            $"must be above 0 and at most 'windowSeconds', but is {p.MinSeconds}");
        require(p.Mel is null == inputs.Mel is null, $"{Key}.mel", inputs.Mel is null ? "is for models that have 'inputs.mel'" : "is missing, and 'inputs.mel' needs it");
        if (p.Mel is { } mel)
            CheckMel(mel, p, $"{Key}.mel", require);
    }

    private static void CheckMel(MelOptions mel, AudioPreprocessing p, string key, Action<bool, string, string> require)
    {
        require(mel.Bands is >= 1 and <= MaxBands, $"{key}.bands", Range(1, MaxBands, mel.Bands));
        require(mel.FftLength is >= MinFft and <= MaxFft, $"{key}.fftLength", Range(MinFft, MaxFft, mel.FftLength));
        require(LaneFft.IsSupported(mel.FftLength), $"{key}.fftLength", $"must be even and have no prime factor above 5, but is {mel.FftLength}");
        require(mel.HopLength >= 1 && mel.HopLength <= mel.FftLength, $"{key}.hopLength", Range(1, mel.FftLength, mel.HopLength));
        require(mel.FrameLength is not { } frame || (frame >= 1 && frame <= mel.FftLength), $"{key}.frameLength", $"must be from 1 to 'fftLength', but is {mel.FrameLength}");
        require(mel.Power is 1 or 2, $"{key}.power", $"must be 1 or 2, but is {mel.Power}");
        double nyquist = p.SampleRate / 2.0, high = mel.MaxHz ?? nyquist;
        require(mel.MinHz >= 0 && mel.MinHz < nyquist, $"{key}.minHz", $"must be at least 0 and below half the sample rate, but is {mel.MinHz}");
        require(high > mel.MinHz && high <= nyquist, $"{key}.maxHz", $"must be above 'minHz' and at most half the sample rate, but is {high}");
        require(mel.Floor > 0 && float.IsNormal((float)mel.Floor), $"{key}.floor", "must be greater than 0, and a normal float32");
        require(mel.Range is not { } range || (double.IsFinite(range) && range > 0), $"{key}.range", "must be greater than 0");
        require(double.IsFinite(mel.Mean), $"{key}.mean", "must be a finite number");
        require(double.IsFinite(mel.Std) && mel.Std > 0, $"{key}.std", "must be greater than 0");
        require(mel.Frames is null or >= 1, $"{key}.frames", $"must be at least 1, but is {mel.Frames}");
        long floats = (long)mel.Bands * (1 + (p.WindowSamples / mel.HopLength));
        require(floats <= MaxInputFloats, $"{key}.hopLength", $"makes {floats:N0} values of a window; at most {MaxInputFloats:N0} are taken");
    }

    private static string Range(double low, double high, double value) =>
        string.Create(CultureInfo.InvariantCulture, $"must be from {low} to {high}, but is {value}");
}
