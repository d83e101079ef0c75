using Manifold.Encoders;

namespace Manifold.Training;

/// <summary>The ranges of a run's settings.</summary>
internal static class AudioTowerConfigChecks
{
    /// <summary>Everything that is out of its range; empty when the run can begin.</summary>
    public static IReadOnlyList<ConfigProblem> Problems(AudioTowerConfig config)
    {
        var ranges = new ConfigRanges();
        ranges.Require(config.Base.Length > 0, "base", "''", "a bundle's folder or 'default'");
        ranges.Require(config.Name.Length == 0 || BundleManifestChecks.IsName(config.Name), "name", $"'{config.Name}'", "the name of a bundle (docs/bundle.md), or empty for the base's own");
        ranges.Whole(config.Threads, "threads", 0, 1024);
        var data = config.Data;
        ranges.Require(data.Source.Length > 0, "data.source", "''", "'speech', or a JSONL file or a folder");
        ranges.Require(data.Languages.Count > 0 && data.Languages.All(SpeechVoice.Languages.Contains), "data.languages", string.Join(", ", data.Languages), $"some of {string.Join(", ", SpeechVoice.Languages)}");
        ranges.Whole(data.Clips, "data.clips", 2, 10_000_000);
        ranges.Between(data.WordsShare, "data.words_share", 0, 1);
        ranges.Whole(data.Words, "data.words", 0, 1_000_000);
        ranges.Between(data.Validation, "data.validation", 0, 0.5);
        var spectrogram = config.Spectrogram;
        ranges.Whole(spectrogram.SampleRate, "spectrogram.sample_rate", 1000, 192_000);
        ranges.Between(spectrogram.WindowSeconds, "spectrogram.window_seconds", 0.5, 60);
        ranges.Between(spectrogram.HopSeconds, "spectrogram.hop_seconds", 0.1, spectrogram.WindowSeconds);
        ranges.Whole(spectrogram.Bands, "spectrogram.bands", 8, 512);
        ranges.Whole(spectrogram.FftLength, "spectrogram.fft_length", 64, 16_384);
        ranges.Whole(spectrogram.HopLength, "spectrogram.hop_length", 1, spectrogram.FftLength);
        ranges.Whole(spectrogram.FrameLength, "spectrogram.frame_length", 1, spectrogram.FftLength);
        ranges.Between(spectrogram.MinHz, "spectrogram.min_hz", 0, spectrogram.MaxHz);
        ranges.Between(spectrogram.MaxHz, "spectrogram.max_hz", 100, spectrogram.SampleRate / 2.0);
        var variation = config.Variation;
        ranges.Between(variation.Speed, "variation.speed", 0, 0.5);
        ranges.Between(variation.Pitch, "variation.pitch", 0, 0.5);
        ranges.Between(variation.Tilt, "variation.tilt", 0, 10);
        ranges.Between(variation.Noise, "variation.noise", 0, 1);
        ranges.Between(variation.NoiseBelow, "variation.noise_below", 0, 100);
        ranges.Whole(variation.Mask, "variation.mask", 0, spectrogram.Bands / 2);
        var model = config.Model;
        ranges.Require(model.Channels is >= 16 and <= 4096 && model.Channels % 16 == 0, "model.channels", model.Channels, "a multiple of 16, at most 4,096");
        ranges.Require(model.Heads >= 1 && model.Channels % Math.Max(1, model.Heads) == 0, "model.heads", model.Heads, "a divisor of model.channels");
        ranges.Whole(model.Blocks, "model.blocks", 0, 8);
        ranges.Whole(model.Layers, "model.layers", 0, 32);
        ranges.Whole(model.FeedForward, "model.feed_forward", 1, 65_536);
        ranges.Dropout(model.Dropout, "model.dropout");
        ranges.Between(model.Range, "model.range", 1, 30);
        var loss = config.Loss;
        ranges.Between(loss.Contrastive, "loss.contrastive", 0, 1000);
        ranges.Between(loss.Transcript, "loss.transcript", 0, 1000);
        ranges.Between(loss.Cosine, "loss.cosine", 0, 1000);
        ranges.Require(loss.Contrastive + loss.Cosine > 0, "loss.contrastive", loss.Contrastive, "greater than 0 where loss.cosine is 0");
        ranges.Positive(loss.MinTemperature, "loss.min_temperature");
        ranges.Require(loss.Temperature >= loss.MinTemperature && loss.Temperature <= 1, "loss.temperature", loss.Temperature, "from loss.min_temperature to 1");
        ranges.Schedule(config.Schedule);
        return ranges.Problems;
    }
}
