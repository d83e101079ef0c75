namespace Manifold.Training;

/// <summary>Turns texts, pictures and recordings into vectors of length 1 in one space: what is evaluated.</summary>
public interface IProbeEncoder
{
    /// <summary>One vector a text, in order.</summary>
    IReadOnlyList<float[]> EncodeTexts(IReadOnlyList<string> texts);

    /// <summary>One vector a picture, in order.</summary>
    IReadOnlyList<float[]> EncodePictures(IReadOnlyList<Picture> pictures);

    /// <summary>One vector a recording, in order.</summary>
    /// <exception cref="NotSupportedException">There is no tower of sound.</exception>
    IReadOnlyList<float[]> EncodeSounds(IReadOnlyList<Sound> sounds) => throw new NotSupportedException("There is no tower of sound.");
}
