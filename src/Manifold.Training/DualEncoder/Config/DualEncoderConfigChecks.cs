using System.Globalization;
using Manifold.Encoders;

namespace Manifold.Training;

/// <summary>The ranges of a run's settings.</summary>
internal static class DualEncoderConfigChecks
{
    /// <summary>Everything that is out of its range; empty when the run can begin.</summary>
    public static IReadOnlyList<ConfigProblem> Problems(DualEncoderConfig config)
    {
        var problems = new List<ConfigProblem>();
        void Require(bool holds, string key, object value, string range)
        {
            if (!holds)
                problems.Add(new ConfigProblem(key, string.Create(CultureInfo.InvariantCulture, $"{key} is {value}; it must be {range}")));
        }

        void Whole(int value, string key, int low, int high) => Require(value >= low && value <= high, key, value, string.Create(CultureInfo.InvariantCulture, $"from {low:N0} to {high:N0}"));
        void Share(double value, string key, double high = 1) => Require(value >= 0 && value <= high, key, value, string.Create(CultureInfo.InvariantCulture, $"from 0 to {high}"));
        void Dropout(double value, string key) => Require(value is >= 0 and < 1, key, value, "at least 0 and less than 1");
        void Positive(double value, string key) => Require(value > 0, key, value, "greater than 0");
        void Weight(double value, string key) => Require(value >= 0, key, value, "0 or greater");

        Require(BundleManifestChecks.IsName(config.Name), "name", $"'{config.Name}'", $"1 to {BundleManifestChecks.MaxNameLength} of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit");
        Require(config.Version.Length is > 0 and <= BundleManifestChecks.MaxNameLength, "version", $"'{config.Version}'", $"1 to {BundleManifestChecks.MaxNameLength} characters long");
        Whole(config.Threads, "threads", 0, 1024);

        var data = config.Data;
        Require(data.Source.Length > 0, "data.source", "''", "'corpus', or a JSONL file or a folder");
        Require(data.Locales.Count > 0, "data.locales", "[]", "a list of at least one locale");
        Weight(data.TagsWeight, "data.tags_weight");
        Weight(data.TagsAloneWeight, "data.tags_alone_weight");
        Share(data.ClipArtShare, "data.clip_art_share");
        Share(data.Validation, "data.validation", 0.5);

        Whole(data.Words, "data.words", 1, 1_000_000);

        var pictures = config.Pictures;
        Whole(pictures.Variants, "pictures.variants", 1, 256);
        Share(pictures.Mirror, "pictures.mirror");
        Require(pictures.MinScale is >= 0.1 and <= 1, "pictures.min_scale", pictures.MinScale, "from 0.1 to 1");
        Require(pictures.Rotation is >= 0 and <= 180, "pictures.rotation", pictures.Rotation, "from 0 to 180 degrees");
        Share(pictures.Stretch, "pictures.stretch", 0.5);
        Share(pictures.Background, "pictures.background");
        Share(pictures.Colour, "pictures.colour");
        Share(pictures.Outline, "pictures.outline");
        Share(pictures.Flatten, "pictures.flatten");
        Features(pictures.Features, Require);

        var model = config.Model;
        Whole(model.Dimension, "model.dimension", 16, BundleManifest.MaxDimension);
        Whole(model.MaxTokens, "model.max_tokens", 1, BundleManifestChecks.MaxTokensLimit);
        Whole(model.Tokenizer.Buckets, "model.tokenizer.buckets", 2, BundleManifestChecks.MaxBuckets);
        foreach (var (key, lengths) in (ReadOnlySpan<(string, IReadOnlyList<int>)>)[("word_ngrams", model.Tokenizer.WordNgrams), ("char_ngrams", model.Tokenizer.CharNgrams), ("run_ngrams", model.Tokenizer.RunNgrams)])
            Require(BundleManifestChecks.AreLengths(lengths), $"model.tokenizer.{key}", $"[{string.Join(", ", lengths)}]", $"ascending lengths from 1 to {BundleManifestChecks.MaxNgram}");
        Whole(model.Rows, "model.rows", 2, BundleManifestChecks.MaxBuckets);
        Require(model.Tokenizer.Seed is >= 0 and <= BundleManifestChecks.MaxSeed, "model.tokenizer.seed", model.Tokenizer.Seed, "0 or greater");
        Require(model.Gradients.Enabled || model.Convolutions.Enabled, "model.gradients.enabled", "false", "true when model.convolutions.enabled is false: the picture tower needs a branch");
        Require(model.Ngrams.Enabled || model.Transformer.Enabled, "model.ngrams.enabled", "false", "true when model.transformer.enabled is false: the text tower needs a branch");
        Whole(model.Gradients.Hidden, "model.gradients.hidden", 1, 65536);
        Dropout(model.Gradients.InputDropout, "model.gradients.input_dropout");
        Dropout(model.Gradients.Dropout, "model.gradients.dropout");
        var channels = model.Convolutions.Channels;
        Require(
            channels.Count is >= 1 and <= 8 && channels.All(c => c is >= 1 and <= 4096 && c % ConvolutionBranchConfig.ChannelBlock == 0), "model.convolutions.channels", $"[{string.Join(", ", channels)}]",
            $"one to eight multiples of {ConvolutionBranchConfig.ChannelBlock} up to 4,096");
        Require(
            !model.Convolutions.Enabled || pictures.Features.Side >> Math.Min(channels.Count + 1, 30) >= 1, "model.convolutions.channels", $"of {channels.Count} stages",
            $"of fewer: a picture of pictures.features.side {pictures.Features.Side} is halved once and by each stage again");
        Dropout(model.Convolutions.Dropout, "model.convolutions.dropout");
        Whole(model.Ngrams.Hidden, "model.ngrams.hidden", 0, 65536);
        Dropout(model.Ngrams.TokenDropout, "model.ngrams.token_dropout");
        Dropout(model.Ngrams.Dropout, "model.ngrams.dropout");
        var transformer = model.Transformer;
        Whole(transformer.Heads, "model.transformer.heads", 1, 256);
        Whole(transformer.Width, "model.transformer.width", 1, 8192);
        Require(transformer.Heads < 1 || transformer.Width % transformer.Heads == 0, "model.transformer.width", transformer.Width, $"a multiple of model.transformer.heads, {transformer.Heads}");
        Whole(transformer.Layers, "model.transformer.layers", 1, 64);
        Whole(transformer.FeedForward, "model.transformer.feed_forward", 1, 65536);
        Dropout(transformer.Dropout, "model.transformer.dropout");
        Whole(transformer.TrainTokens, "model.transformer.train_tokens", 1, BundleManifestChecks.MaxTokensLimit);

        var loss = config.Loss;
        Weight(loss.ImageText, "loss.image_text");
        Weight(loss.ImageImage, "loss.image_image");
        Weight(loss.TextText, "loss.text_text");
        Weight(loss.Triplet, "loss.triplet");
        Require(loss.ImageText > 0 || loss.Triplet > 0, "loss.image_text", loss.ImageText, "greater than 0 when loss.triplet is 0: nothing else brings pictures and texts together");
        Require(loss.Margin is > 0 and <= 2, "loss.margin", loss.Margin, "greater than 0 and at most 2");
        Positive(loss.MinTemperature, "loss.min_temperature");
        Require(loss.Temperature >= loss.MinTemperature && loss.Temperature <= 1, "loss.temperature", loss.Temperature, "from loss.min_temperature to 1");

        var schedule = config.Schedule;
        Whole(schedule.Batch, "schedule.batch", 2, 65536);
        Whole(schedule.Steps, "schedule.steps", 1, 10_000_000);
        Require(schedule.LearningRate is > 0 and <= 1, "schedule.learning_rate", schedule.LearningRate, "greater than 0 and at most 1");
        Whole(schedule.WarmupSteps, "schedule.warmup_steps", 0, 10_000_000);
        Weight(schedule.WeightDecay, "schedule.weight_decay");
        Weight(schedule.TableDecay, "schedule.table_decay");
        Dropout(schedule.Averaging, "schedule.averaging");
        Whole(schedule.EvaluateEvery, "schedule.evaluate_every", 0, 10_000_000);
        Whole(schedule.CheckpointEvery, "schedule.checkpoint_every", 1, 10_000_000);

        Dropout(config.Export.RegressionShare, "export.regression_share");
        Positive(config.Export.RegressionRidge, "export.regression_ridge");
        Weight(config.Export.RegressionWords, "export.regression_words");
        return problems;
    }

    private static void Features(PictureFeatureOptions features, Action<bool, string, object, string> require)
    {
        const string key = "pictures.features";
        require(features.Side is >= 16 and <= 512, $"{key}.side", features.Side, "from 16 to 512");
        require(features.Cell >= 2 && features.Side % features.Cell == 0 && features.Side / Math.Max(1, features.Cell) % 2 == 0, $"{key}.cell", features.Cell, $"at least 2, and {key}.side an even multiple of it");
        require(features.Orientations is >= 1 and <= 64, $"{key}.orientations", features.Orientations, "from 1 to 64");
        require(features.Sharpness is >= 1 and <= 64, $"{key}.sharpness", features.Sharpness, "from 1 to 64");
        require(features.BlockFloor > 0, $"{key}.block_floor", features.BlockFloor, "greater than 0");
        require(features.ColourGrid >= 1 && features.Side % (2 * features.ColourGrid) == 0, $"{key}.colour_grid", features.ColourGrid, $"at least 1, and {key}.side a multiple of twice it");
        require(features.ColourLevels is >= 2 and <= 8, $"{key}.colour_levels", features.ColourLevels, "from 2 to 8");
        foreach (var (name, weight) in (ReadOnlySpan<(string, float)>)[("colour_weight", features.ColourWeight), ("coarse_weight", features.CoarseWeight), ("thumbnail_weight", features.ThumbnailWeight)])
            require(weight >= 0, $"{key}.{name}", weight, "0 or greater");
    }
}
