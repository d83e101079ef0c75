using System.Numerics.Tensors;
using Manifold.Encoders;

namespace Manifold.Training;

/// <summary>A recording of the corpus, or one that is made for a test.</summary>
/// <param name="Path">Its file.</param>
public sealed record Sound(string Path)
{
    /// <summary>Its windows as a tower of sound takes them, without silent ones.</summary>
    /// <exception cref="InvalidContentException">It cannot be decoded, or nothing is heard in it; the message names the file.</exception>
    public IReadOnlyList<float[]> ReadWindows(AudioPreprocessing preprocessing)
    {
        try
        {
            using var file = MediaFile.At(Path);
            var windows = new MediaDecoder().ReadAudioAsync(file, preprocessing, CancellationToken.None).Where(window => !window.IsSilent).Select(window => window.Samples).ToBlockingEnumerable().ToList();
            return windows.Count > 0 ? windows : throw new InvalidContentException("Nothing is heard in it.");
        }
        catch (InvalidContentException e)
        {
            throw new InvalidContentException($"{Path}: {e.Message}", e);
        }
    }

    /// <summary>The vector of a whole recording from those of its windows: their mean, of length 1, as the cluster has it.</summary>
    public static float[] Whole(IReadOnlyList<float[]> windows)
    {
        var sum = new float[windows[0].Length];
        foreach (float[] window in windows)
            TensorPrimitives.Add(sum, window, sum);
        TensorPrimitives.Divide(sum, TensorPrimitives.Norm<float>(sum), sum);
        return sum;
    }
}
