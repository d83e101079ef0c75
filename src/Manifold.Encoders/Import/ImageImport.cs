namespace Manifold.Encoders;

/// <summary>The image tower of a model's folder: <c>preprocessor_config.json</c> as the published image processors read it.</summary>
internal static class ImageImport
{
    private const string Pixels = "pixel_values";

    public static ImageTower Read(ModelFolder source, TowerFile model)
    {
        model.CheckInputs(Pixels);
        ImagePreprocessing preprocessing = Preprocessing(source.Required("preprocessor_config.json"));
        if (model.Length(Pixels, 2) is { } height && model.Length(Pixels, 3) is { } width && (width, height) != (preprocessing.Width, preprocessing.Height))
            throw new InvalidBundleException(model.Path, Pixels, $"takes pictures of {width} × {height}, but preprocessor_config.json makes them {preprocessing.Width} × {preprocessing.Height}");
        return new ImageTower
        {
            Model = model.Name,
            ModelData = model.DataNames,
            Inputs = new ImageTowerInputs { Pixels = Pixels },
            Output = model.Output,
            Preprocessing = preprocessing,
        };
    }

    public static ImagePreprocessing Preprocessing(JsonSetting config)
    {
        if (config.Find("do_resize")?.Flag() == false)
            throw config["do_resize"].Wrong("is false: pictures of any size cannot go through the model in one batch");
        ImagePreprocessing size = Size(config);
        bool normalize = config.Find("do_normalize")?.Flag() ?? true;
        return size with
        {
            Resample = Filter(config.Find("resample")),
            Resampler = Resampler.Pillow,
            Scale = config.Find("do_rescale")?.Flag() ?? true ? config.Find("rescale_factor")?.Number() ?? 1.0 / 255 : 1,
            Mean = normalize ? Triple(config["image_mean"]) : [0, 0, 0],
            Std = normalize ? Triple(config["image_std"]) : [1, 1, 1],
        };
    }

    /// <summary>Either stretched to height and width, or the shortest edge resized and the middle cut out.</summary>
    private static ImagePreprocessing Size(JsonSetting config)
    {
        JsonSetting size = config["size"];
        bool crops = config.Find("do_center_crop")?.Flag() ?? false;
        int? edge = size.IsNumber ? size.Whole() : size.Find("shortest_edge")?.Whole();
        if (edge is null && size.Find("height") is { } height && size.Find("width") is { } width)
        {
            var stretched = new ImagePreprocessing { Width = width.Whole(), Height = height.Whole(), Fit = ImageFit.Stretch };
            if (crops && CropSize(config["crop_size"]) != (stretched.Width, stretched.Height))
                throw config["crop_size"].Wrong("cuts a part out of a stretched picture, which is not supported");
            return stretched;
        }

        if (edge is not { } shortest)
            throw size.Wrong("must be a number, or have 'shortest_edge', or 'height' and 'width'");

        // Processors of old took a bare number for a square where nothing is cut.
        if (!crops && size.IsNumber)
            return new ImagePreprocessing { Width = shortest, Height = shortest, Fit = ImageFit.Stretch };
        if (!crops)
            throw size.Wrong("is 'shortest_edge' without 'do_center_crop': pictures keep their shapes, and cannot go through the model in one batch");
        (int cropWidth, int cropHeight) = CropSize(config["crop_size"]);
        if (shortest < Math.Max(cropWidth, cropHeight))
            throw config["crop_size"].Wrong($"is greater than the shortest edge, {shortest}");
        return new ImagePreprocessing { Width = cropWidth, Height = cropHeight, Fit = ImageFit.CenterCrop, ShortestEdge = shortest };
    }

    private static (int Width, int Height) CropSize(JsonSetting size) => size.IsNumber ? (size.Whole(), size.Whole()) : (size["width"].Whole(), size["height"].Whole());

    /// <summary>Pillow's numbers; bicubic where nothing is said, as for CLIP and SigLIP.</summary>
    private static ResampleFilter Filter(JsonSetting? resample) => resample is not { } filter ? ResampleFilter.Bicubic : filter.Whole() switch
    {
        1 => ResampleFilter.Lanczos,
        2 => ResampleFilter.Bilinear,
        3 => ResampleFilter.Bicubic,
        _ => throw filter.Wrong($"is {filter.Whole()}; 1 (Lanczos), 2 (bilinear) and 3 (bicubic) are known here"),
    };

    private static double[] Triple(JsonSetting list) => list.Items().Select(n => n.Number()).ToArray() is { Length: 3 } triple ? triple : throw list.Wrong("must be three numbers");
}
