namespace Manifold.Training;

/// <summary>Turns texts and pictures into vectors of length 1 in one space: what is evaluated.</summary>
public interface IProbeEncoder
{
    /// <summary>One vector a text, in order.</summary>
    IReadOnlyList<float[]> EncodeTexts(IReadOnlyList<string> texts);

    /// <summary>One vector a picture, in order.</summary>
    IReadOnlyList<float[]> EncodePictures(IReadOnlyList<Picture> pictures);
}
