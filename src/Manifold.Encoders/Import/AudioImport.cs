namespace Manifold.Encoders;

/// <summary>The audio tower of a model's folder: <c>preprocessor_config.json</c> as CLAP's feature extractor reads it.</summary>
internal static class AudioImport
{
    private const string Features = "input_features";

    public static AudioTower Read(ModelFolder source, TowerFile model)
    {
        model.CheckInputs(Features);
        AudioPreprocessing preprocessing = Preprocessing(source.Required("preprocessor_config.json"));
        if (model.Length(Features, 3) is { } bands && bands != preprocessing.Mel!.Bands)
            throw new InvalidBundleException(model.Path, Features, $"takes {bands} bands, but preprocessor_config.json makes {preprocessing.Mel!.Bands}");
        return new AudioTower
        {
            Model = model.Name,
            ModelData = model.DataNames,
            Inputs = new AudioTowerInputs { Mel = Features },
            Output = model.Output,
            Preprocessing = preprocessing,
        };
    }

    public static AudioPreprocessing Preprocessing(JsonSetting config)
    {
        // "rand_trunc" and "pad" matter to recordings longer than a window only, which are cut into windows here; "fusion" stacks four crops for another kind of graph.
        string truncation = config.Find("truncation")?.Text() ?? "fusion";
        if (truncation == "fusion")
            throw new InvalidBundleException(config.File, "truncation", "is 'fusion' (also where it is missing): models that take four crops of a recording at once are not supported; the unfused ones are");
        int sampleRate = config.Find("sampling_rate")?.Whole() ?? 48_000;
        string padding = config.Find("padding")?.Text() ?? "repeatpad";
        return new AudioPreprocessing
        {
            SampleRate = sampleRate,
            WindowSeconds = config.Find("max_length_s")?.Number() ?? 10,
            Fill = padding switch
            {
                "repeatpad" => AudioFill.RepeatWhole,
                "repeat" => AudioFill.Repeat,
                "pad" => AudioFill.Zeros,
                _ => throw config["padding"].Wrong($"is '{padding}'; repeatpad, repeat and pad are known here"),
            },
            Mel = new MelOptions
            {
                Bands = config.Find("feature_size")?.Whole() ?? 64,
                FftLength = config.Find("fft_window_size")?.Whole() ?? 1024,
                HopLength = config.Find("hop_length")?.Whole() ?? 480,
                MinHz = config.Find("frequency_min")?.Number() ?? 0,
                MaxHz = config.Find("frequency_max")?.Number() ?? 14_000,
                Log = MelLogarithm.Decibel,
                Layout = MelLayout.ChannelFramesBands,
            },
        };
    }
}
