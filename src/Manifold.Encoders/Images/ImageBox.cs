namespace Manifold.Encoders;

/// <summary>Which part of a picture goes to which rectangle of the target, for one <see cref="ImageFit"/>.</summary>
internal readonly record struct ImageBox
{
    /// <summary>Left edge of the part that is used, as a share of the picture's width.</summary>
    public double Left { get; private init; }

    /// <summary>Top edge, as a share of the height.</summary>
    public double Top { get; private init; }

    /// <summary>Width of the part that is used, as a share of the picture's.</summary>
    public double AcrossShare { get; private init; }

    /// <summary>Height of the part that is used, as a share.</summary>
    public double DownShare { get; private init; }

    /// <summary>Rectangle of the target that is covered, in pixels.</summary>
    public int X { get; private init; }

    public int Y { get; private init; }

    public int Width { get; private init; }

    public int Height { get; private init; }

    /// <summary>The picture's pixels for one pixel of the target, on the axis that shrinks least of those that matter.</summary>
    public double Reduction { get; private init; }

    /// <param name="preprocessing">The target's size, and how the picture meets it.</param>
    /// <param name="sourceWidth">The picture's width in pixels.</param>
    /// <param name="sourceHeight">Its height.</param>
    public static ImageBox Of(ImagePreprocessing preprocessing, int sourceWidth, int sourceHeight)
    {
        int width = preprocessing.Width, height = preprocessing.Height;
        var whole = new ImageBox { AcrossShare = 1, DownShare = 1, Width = width, Height = height };
        double horizontal = (double)sourceWidth / width, vertical = (double)sourceHeight / height;
        switch (preprocessing.Fit)
        {
            case ImageFit.Contain:
                double reduction = Math.Max(horizontal, vertical);
                int w = Math.Clamp((int)Math.Round(sourceWidth / reduction), 1, width);
                int h = Math.Clamp((int)Math.Round(sourceHeight / reduction), 1, height);
                return whole with { X = (width - w) / 2, Y = (height - h) / 2, Width = w, Height = h, Reduction = reduction };
            case ImageFit.Cover:
                double cover = Math.Min(horizontal, vertical);
                return whole with
                {
                    Left = (1 - (cover / horizontal)) / 2,
                    Top = (1 - (cover / vertical)) / 2,
                    AcrossShare = cover / horizontal,
                    DownShare = cover / vertical,
                    Reduction = cover,
                };
            case ImageFit.CenterCrop:
                int edge = preprocessing.ShortestEdge ?? Math.Max(width, height);
                bool upright = sourceWidth <= sourceHeight;
                int resizedWidth = upright ? edge : (int)((long)edge * sourceWidth / sourceHeight);
                int resizedHeight = upright ? (int)((long)edge * sourceHeight / sourceWidth) : edge;
                return whole with
                {
                    Left = (double)((resizedWidth - width) / 2) / resizedWidth,
                    Top = (double)((resizedHeight - height) / 2) / resizedHeight,
                    AcrossShare = (double)width / resizedWidth,
                    DownShare = (double)height / resizedHeight,
                    Reduction = Math.Min((double)sourceWidth / resizedWidth, (double)sourceHeight / resizedHeight),
                };
            default:
                return whole with { Reduction = Math.Min(horizontal, vertical) };
        }
    }
}
