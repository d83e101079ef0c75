namespace Manifold.Encoders;

/// <summary>Which part of a picture goes to which rectangle of the target, for one <see cref="ImageFit"/>.</summary>
internal readonly record struct ImageBox
{
    /// <summary>Left edge of the part that is used, as a share of the picture's width.</summary>
    public double Left { get; private init; }

    /// <summary>Top edge, as a share of the height.</summary>
    public double Top { get; private init; }

    /// <summary>Rectangle of the target that is covered, in pixels.</summary>
    public int X { get; private init; }

    public int Y { get; private init; }

    public int Width { get; private init; }

    public int Height { get; private init; }

    /// <summary>The picture's pixels for one pixel of the target, on the axis that shrinks least of those that matter.</summary>
    public double Reduction { get; private init; }

    public static ImageBox Of(ImageFit fit, int sourceWidth, int sourceHeight, int width, int height)
    {
        double horizontal = (double)sourceWidth / width, vertical = (double)sourceHeight / height;
        switch (fit)
        {
            case ImageFit.Contain:
                double reduction = Math.Max(horizontal, vertical);
                int w = Math.Clamp((int)Math.Round(sourceWidth / reduction), 1, width);
                int h = Math.Clamp((int)Math.Round(sourceHeight / reduction), 1, height);
                return new ImageBox { X = (width - w) / 2, Y = (height - h) / 2, Width = w, Height = h, Reduction = reduction };
            case ImageFit.Cover:
                double cover = Math.Min(horizontal, vertical);
                return new ImageBox
                {
                    Left = (1 - (cover / horizontal)) / 2,
                    Top = (1 - (cover / vertical)) / 2,
                    Width = width,
                    Height = height,
                    Reduction = cover,
                };
            default:
                return new ImageBox { Width = width, Height = height, Reduction = Math.Min(horizontal, vertical) };
        }
    }
}
