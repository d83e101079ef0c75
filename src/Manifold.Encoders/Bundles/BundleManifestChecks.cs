using System.Buffers;

namespace Manifold.Encoders;

/// <summary>Ranges and cross-references of a manifest's keys; types and unknown keys are <see cref="BundleJson"/>'s.</summary>
internal static class BundleManifestChecks
{
    public const int MaxNameLength = 64;
    public const int MaxTokensLimit = 4096;
    public const int MaxBuckets = 1 << 24;
    public const int MaxNgram = 8;
    public const long MaxSeed = long.MaxValue - 3;

    private const int MaxImageSide = 2048;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-");
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <exception cref="InvalidBundleException">The first key that is wrong.</exception>
    public static void Check(BundleManifest manifest, string path)
    {
        void Require(bool condition, string key, string problem)
        {
            if (!condition)
                throw new InvalidBundleException(path, key, problem);
        }

        Require(manifest.Format == BundleManifest.CurrentFormat, "format", $"is {manifest.Format}; this version reads format {BundleManifest.CurrentFormat}");
        Require(
            IsName(manifest.Name),
            "name",
            $"must be 1 to {MaxNameLength} of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit, but is '{manifest.Name}'");
        Require(manifest.Version.Length is > 0 and <= MaxNameLength, "version", $"must be 1 to {MaxNameLength} characters long");
        Require(manifest.Dimension is >= 1 and <= BundleManifest.MaxDimension, "dimension", Range(1, BundleManifest.MaxDimension, manifest.Dimension));
        Require(manifest.Towers.Modalities.Count > 0, "towers", "names no tower; there must be one or more of 'text', 'image' and 'audio'");

        foreach ((string key, string name) in NamedFiles(manifest.Towers))
        {
            CheckFileName(name, key, path);
            Require(manifest.Files.ContainsKey(name), key, $"names '{name}', which 'files' does not list");
        }

        foreach ((string name, BundleFile file) in manifest.Files)
        {
            CheckFileName(name, $"files.{name}", path);
            Require(file.Bytes >= 0, $"files.{name}.bytes", "must not be negative");
            Require(
                file.Sha256.Length == 64 && !file.Sha256.AsSpan().ContainsAnyExcept(HexDigits),
                $"files.{name}.sha256",
                "must be 64 lower-case hexadecimal digits");
        }

        if (manifest.Towers.Text is { } text)
            CheckText(text, Require);
        if (manifest.Towers.Image is { } image)
            CheckImage(image, Require);
        if (manifest.Towers.Audio is { } audio)
            AudioTowerChecks.Check(audio, Require);
    }

    /// <summary>Whether a bundle may be called so.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameLength && char.IsAsciiLetterOrDigit(name[0]) && !name.AsSpan().ContainsAnyExcept(NameCharacters);

    /// <summary>The files that the towers name, each with its key.</summary>
    public static IEnumerable<(string Key, string File)> NamedFiles(BundleTowers towers)
    {
        IEnumerable<(string Tower, string? Model, IReadOnlyList<string>? Data)> models =
        [
            ("towers.text", towers.Text?.Model, towers.Text?.ModelData),
            ("towers.image", towers.Image?.Model, towers.Image?.ModelData),
            ("towers.audio", towers.Audio?.Model, towers.Audio?.ModelData),
        ];
        foreach ((string tower, string? model, IReadOnlyList<string>? data) in models)
        {
            if (model is not null)
                yield return ($"{tower}.model", model);
            for (int i = 0; i < (data?.Count ?? 0); i++)
                yield return ($"{tower}.modelData[{i}]", data![i]);
        }

        if (towers.Text?.Tokenizer is JsonTokenizerOptions tokenizer)
            yield return ("towers.text.tokenizer.file", tokenizer.File);
    }

    /// <summary>A bundle must not reach out of its folder, so that only plain names are taken.</summary>
    public static void CheckFileName(string name, string key, string path)
    {
        bool plain = name.Length > 0 && name is not "." and not ".." && name.AsSpan().IndexOfAny("/\\:\0") < 0 && name != BundleManifest.FileName;
        if (!plain)
            throw new InvalidBundleException(path, key, $"must be the plain name of a file in the bundle's folder, but is '{name}'");
    }

    /// <summary>Whether these are lengths of n-grams: ascending, from 1 to <see cref="MaxNgram"/>.</summary>
    public static bool AreLengths(IReadOnlyList<int> lengths)
    {
        int previous = 0;
        foreach (int length in lengths)
        {
            if (length <= previous || length > MaxNgram)
                return false;
            previous = length;
        }

        return true;
    }

    private static void CheckText(TextTower tower, Action<bool, string, string> require)
    {
        require(tower.Inputs.Ids.Length > 0, "towers.text.inputs.ids", "must not be empty");
        require(tower.Inputs.Weights != "", "towers.text.inputs.weights", "must not be empty");
        require(tower.Inputs.Mask != "", "towers.text.inputs.mask", "must not be empty");
        require(tower.Inputs.Segments != "", "towers.text.inputs.segments", "must not be empty");
        require(tower.Output.Length > 0, "towers.text.output", "must not be empty");
        require(tower.MaxTokens is >= 1 and <= MaxTokensLimit, "towers.text.maxTokens", Range(1, MaxTokensLimit, tower.MaxTokens));
        require(tower.PadId >= 0, "towers.text.padId", "must not be negative");
        if (tower.Tokenizer is not HashedNgramOptions ngrams)
            return;
        require(tower.Inputs.Weights is not null, "towers.text.inputs.weights", "is missing, and the tokenizer 'hashed-ngrams' needs it");
        const string Key = "towers.text.tokenizer";
        require(ngrams.Buckets is >= 1 and <= MaxBuckets, $"{Key}.buckets", Range(1, MaxBuckets, ngrams.Buckets));
        require(ngrams.Seed is >= 0 and <= MaxSeed, $"{Key}.seed", "must not be negative");
        require(AreLengths(ngrams.WordNgrams), $"{Key}.wordNgrams", $"must be ascending lengths from 1 to {MaxNgram}");
        require(AreLengths(ngrams.CharNgrams), $"{Key}.charNgrams", $"must be ascending lengths from 1 to {MaxNgram}");
        require(AreLengths(ngrams.RunNgrams), $"{Key}.runNgrams", $"must be ascending lengths from 1 to {MaxNgram}");
        require(ngrams.WordNgrams.Count + ngrams.CharNgrams.Count > 0, $"{Key}.wordNgrams", "and 'charNgrams' are both empty: no word would reach the model");
    }

    private static void CheckImage(ImageTower tower, Action<bool, string, string> require)
    {
        require(tower.Inputs.Pixels.Length > 0, "towers.image.inputs.pixels", "must not be empty");
        require(tower.Output.Length > 0, "towers.image.output", "must not be empty");
        const string Key = "towers.image.preprocessing";
        ImagePreprocessing p = tower.Preprocessing;
        require(
            p.ShortestEdge is null == (p.Fit != ImageFit.CenterCrop),
            $"{Key}.shortestEdge",
            p.ShortestEdge is null ? "is missing, and 'fit' = 'centerCrop' needs it" : "is for 'fit' = 'centerCrop'");
        require(
            p.ShortestEdge is not { } edge || (edge >= Math.Max(p.Width, p.Height) && edge <= MaxImageSide),
            $"{Key}.shortestEdge",
            $"must be from the greater of 'width' and 'height' to {MaxImageSide}, but is {p.ShortestEdge}");
        require(p.Width is >= 1 and <= MaxImageSide, $"{Key}.width", Range(1, MaxImageSide, p.Width));
        require(p.Height is >= 1 and <= MaxImageSide, $"{Key}.height", Range(1, MaxImageSide, p.Height));
        require(double.IsFinite(p.Scale) && p.Scale > 0, $"{Key}.scale", "must be greater than 0");
        require(p.Mean.Count == 3 && p.Mean.All(double.IsFinite), $"{Key}.mean", "must be three numbers: red, green, blue");
        require(p.Std.Count == 3 && p.Std.All(s => double.IsFinite(s) && s > 0), $"{Key}.std", "must be three numbers greater than 0: red, green, blue");
    }

    private static string Range(int low, int high, int value) => $"must be from {low} to {high}, but is {value}";
}
