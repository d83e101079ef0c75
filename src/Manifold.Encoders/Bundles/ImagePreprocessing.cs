namespace Manifold.Encoders;

/// <summary>How a picture becomes model input: float32 [3 × height × width], (value × scale − mean) / std, value 0 to 255, sRGB.</summary>
public sealed record ImagePreprocessing
{
    /// <summary>Width of the model's input in pixels, 1 to 2048.</summary>
    public required int Width { get; init; }

    /// <summary>Height of the model's input in pixels, 1 to 2048.</summary>
    public required int Height { get; init; }

    public ImageFit Fit { get; init; } = ImageFit.Contain;

    /// <summary>With <see cref="ImageFit.CenterCrop"/>, and only then: what the shorter side is resized to, at least the greater of width and height.</summary>
    public int? ShortestEdge { get; init; }

    /// <summary>What transparent pixels and padding are filled with; <c>#rrggbb</c> in the manifest.</summary>
    public RgbColor Background { get; init; } = RgbColor.White;

    public ResampleFilter Resample { get; init; } = ResampleFilter.Bicubic;

    public Resampler Resampler { get; init; } = Resampler.Float;

    /// <summary>Factor on the byte value, greater than 0.</summary>
    public double Scale { get; init; } = 1.0 / 255;

    /// <summary>Subtracted after scaling: red, green, blue.</summary>
    public IReadOnlyList<double> Mean { get; init; } = [0, 0, 0];

    /// <summary>Divisor after the subtraction: red, green, blue; each greater than 0.</summary>
    public IReadOnlyList<double> Std { get; init; } = [1, 1, 1];
}
