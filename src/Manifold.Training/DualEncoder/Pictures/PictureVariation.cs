namespace Manifold.Training;

/// <summary>What one version of a picture does to it, drawn at random; the default does nothing but centre it.</summary>
internal readonly record struct PictureVariation
{
    public PictureVariation()
    {
    }

    public bool Mirror { get; init; }

    /// <summary>Size of the picture beside the square, across and down.</summary>
    public float ScaleX { get; init; } = 1;

    public float ScaleY { get; init; } = 1;

    /// <summary>Turn in radians.</summary>
    public float Angle { get; init; }

    /// <summary>Shift of the centre, as a share of the square.</summary>
    public float ShiftX { get; init; }

    public float ShiftY { get; init; }

    /// <summary>Red, green, blue from 0 to 1.</summary>
    public (float Red, float Green, float Blue) Background { get; init; } = (1, 1, 1);

    /// <summary>Whether the four values below count.</summary>
    public bool Colour { get; init; }

    /// <summary>Turn of the hue in radians.</summary>
    public float Hue { get; init; }

    public float Saturation { get; init; } = 1;

    public float Contrast { get; init; } = 1;

    public float Brightness { get; init; }

    /// <summary>Levels of each channel that fills are flattened to; 0 to leave them.</summary>
    public int Levels { get; init; }

    /// <summary>Radius of the contours' strokes in pixels of the base picture; 0 to draw none.</summary>
    public int Stroke { get; init; }

    /// <summary>How far fills within drawn contours are mixed with white, 0 to 1.</summary>
    public float Fade { get; init; }

    /// <summary>Draws a variation.</summary>
    public static PictureVariation Draw(PicturesConfig config, Random random)
    {
        float Between(double low, double high) => (float)(low + ((high - low) * random.NextDouble()));
        bool Chance(double share) => random.NextDouble() < share;

        float scale = Between(config.MinScale, 1), stretch = 1 + Between(-config.Stretch, config.Stretch);
        float free = Math.Max(0, 1 - scale) / 2;
        bool outline = Chance(config.Outline);
        return new PictureVariation
        {
            Mirror = Chance(config.Mirror),
            ScaleX = scale * MathF.Sqrt(stretch),
            ScaleY = scale / MathF.Sqrt(stretch),
            Angle = Between(-config.Rotation, config.Rotation) * MathF.PI / 180,
            ShiftX = Between(-free, free),
            ShiftY = Between(-free, free),
            Background = Chance(config.Background) ? (Between(0, 1), Between(0, 1), Between(0, 1)) : (1, 1, 1),
            Colour = Chance(config.Colour),
            Hue = Between(-0.5, 0.5),
            Saturation = Between(0, 1.6),
            Contrast = Between(0.7, 1.4),
            Brightness = Between(-0.15, 0.15),
            Levels = Chance(config.Flatten) ? random.Next(3, 6) : 0,
            Stroke = outline ? random.Next(1, 3) : 0,
            Fade = outline ? Between(-0.6, 0.8) is var fade && fade > 0 ? fade : 0 : 0,
        };
    }
}
