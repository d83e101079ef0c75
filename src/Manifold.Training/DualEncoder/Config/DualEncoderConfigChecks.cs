using Manifold.Encoders;

namespace Manifold.Training;

/// <summary>The ranges of a run's settings.</summary>
internal static class DualEncoderConfigChecks
{
    /// <summary>Everything that is out of its range; empty when the run can begin.</summary>
    public static IReadOnlyList<ConfigProblem> Problems(DualEncoderConfig config)
    {
        var ranges = new ConfigRanges();
        ranges.Require(BundleManifestChecks.IsName(config.Name), "name", $"'{config.Name}'", $"1 to {BundleManifestChecks.MaxNameLength} of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit");
        ranges.Require(config.Version.Length is > 0 and <= BundleManifestChecks.MaxNameLength, "version", $"'{config.Version}'", $"1 to {BundleManifestChecks.MaxNameLength} characters long");
        ranges.Whole(config.Threads, "threads", 0, 1024);

        var data = config.Data;
        ranges.Require(data.Source.Length > 0, "data.source", "''", "'corpus', or a JSONL file or a folder");
        ranges.Require(data.Locales.Count > 0, "data.locales", "[]", "a list of at least one locale");
        ranges.Weight(data.TagsWeight, "data.tags_weight");
        ranges.Weight(data.TagsAloneWeight, "data.tags_alone_weight");
        ranges.Share(data.ClipArtShare, "data.clip_art_share");
        ranges.Share(data.Validation, "data.validation", 0.5);

        ranges.Whole(data.Words, "data.words", 1, 1_000_000);

        var pictures = config.Pictures;
        ranges.Whole(pictures.Variants, "pictures.variants", 1, 256);
        ranges.Share(pictures.Mirror, "pictures.mirror");
        ranges.Require(pictures.MinScale is >= 0.1 and <= 1, "pictures.min_scale", pictures.MinScale, "from 0.1 to 1");
        ranges.Require(pictures.Rotation is >= 0 and <= 180, "pictures.rotation", pictures.Rotation, "from 0 to 180 degrees");
        ranges.Share(pictures.Stretch, "pictures.stretch", 0.5);
        ranges.Share(pictures.Background, "pictures.background");
        ranges.Share(pictures.Colour, "pictures.colour");
        ranges.Share(pictures.Outline, "pictures.outline");
        ranges.Share(pictures.Flatten, "pictures.flatten");
        Features(pictures.Features, ranges.Require);

        var model = config.Model;
        ranges.Whole(model.Dimension, "model.dimension", 16, BundleManifest.MaxDimension);
        ranges.Whole(model.MaxTokens, "model.max_tokens", 1, BundleManifestChecks.MaxTokensLimit);
        ranges.Whole(model.Tokenizer.Buckets, "model.tokenizer.buckets", 2, BundleManifestChecks.MaxBuckets);
        foreach (var (key, lengths) in (ReadOnlySpan<(string, IReadOnlyList<int>)>)[("word_ngrams", model.Tokenizer.WordNgrams), ("char_ngrams", model.Tokenizer.CharNgrams), ("run_ngrams", model.Tokenizer.RunNgrams)])
            ranges.Require(BundleManifestChecks.AreLengths(lengths), $"model.tokenizer.{key}", $"[{string.Join(", ", lengths)}]", $"ascending lengths from 1 to {BundleManifestChecks.MaxNgram}");
        ranges.Whole(model.Rows, "model.rows", 2, BundleManifestChecks.MaxBuckets);
        ranges.Require(model.Tokenizer.Seed is >= 0 and <= BundleManifestChecks.MaxSeed, "model.tokenizer.seed", model.Tokenizer.Seed, "0 or greater");
        ranges.Require(model.Gradients.Enabled || model.Convolutions.Enabled, "model.gradients.enabled", "false", "true when model.convolutions.enabled is false: the picture tower needs a branch");
        ranges.Require(model.Ngrams.Enabled || model.Transformer.Enabled, "model.ngrams.enabled", "false", "true when model.transformer.enabled is false: the text tower needs a branch");
        ranges.Whole(model.Gradients.Hidden, "model.gradients.hidden", 1, 65536);
        ranges.Dropout(model.Gradients.InputDropout, "model.gradients.input_dropout");
        ranges.Dropout(model.Gradients.Dropout, "model.gradients.dropout");
        var channels = model.Convolutions.Channels;
        ranges.Require(
            channels.Count is >= 1 and <= 8 && channels.All(c => c is >= 1 and <= 4096 && c % ConvolutionBranchConfig.ChannelBlock == 0), "model.convolutions.channels", $"[{string.Join(", ", channels)}]",
            $"one to eight multiples of {ConvolutionBranchConfig.ChannelBlock} up to 4,096");
        ranges.Require(
            !model.Convolutions.Enabled || pictures.Features.Side >> Math.Min(channels.Count + 1, 30) >= 1, "model.convolutions.channels", $"of {channels.Count} stages",
            $"of fewer: a picture of pictures.features.side {pictures.Features.Side} is halved once and by each stage again");
        ranges.Dropout(model.Convolutions.Dropout, "model.convolutions.dropout");
        ranges.Whole(model.Ngrams.Hidden, "model.ngrams.hidden", 0, 65536);
        ranges.Dropout(model.Ngrams.TokenDropout, "model.ngrams.token_dropout");
        ranges.Dropout(model.Ngrams.Dropout, "model.ngrams.dropout");
        var transformer = model.Transformer;
        ranges.Whole(transformer.Heads, "model.transformer.heads", 1, 256);
        ranges.Whole(transformer.Width, "model.transformer.width", 1, 8192);
        ranges.Require(transformer.Heads < 1 || transformer.Width % transformer.Heads == 0, "model.transformer.width", transformer.Width, $"a multiple of model.transformer.heads, {transformer.Heads}");
        ranges.Whole(transformer.Layers, "model.transformer.layers", 1, 64);
        ranges.Whole(transformer.FeedForward, "model.transformer.feed_forward", 1, 65536);
        ranges.Dropout(transformer.Dropout, "model.transformer.dropout");
        ranges.Whole(transformer.TrainTokens, "model.transformer.train_tokens", 1, BundleManifestChecks.MaxTokensLimit);

        var loss = config.Loss;
        ranges.Weight(loss.ImageText, "loss.image_text");
        ranges.Weight(loss.ImageImage, "loss.image_image");
        ranges.Weight(loss.TextText, "loss.text_text");
        ranges.Weight(loss.Triplet, "loss.triplet");
        ranges.Require(loss.ImageText > 0 || loss.Triplet > 0, "loss.image_text", loss.ImageText, "greater than 0 when loss.triplet is 0: nothing else brings pictures and texts together");
        ranges.Require(loss.Margin is > 0 and <= 2, "loss.margin", loss.Margin, "greater than 0 and at most 2");
        ranges.Positive(loss.MinTemperature, "loss.min_temperature");
        ranges.Require(loss.Temperature >= loss.MinTemperature && loss.Temperature <= 1, "loss.temperature", loss.Temperature, "from loss.min_temperature to 1");

        ranges.Schedule(config.Schedule);
        ranges.Dropout(config.Export.RegressionShare, "export.regression_share");
        ranges.Positive(config.Export.RegressionRidge, "export.regression_ridge");
        ranges.Weight(config.Export.RegressionWords, "export.regression_words");
        return ranges.Problems;
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
