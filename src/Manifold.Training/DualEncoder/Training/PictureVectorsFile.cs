using System.Runtime.InteropServices;
using System.Text;

namespace Manifold.Training;

/// <summary>
/// <c>picture-vectors.bin</c> in a run's folder: the vectors of all training pictures as the learned picture tower sees them, so that a bundle can be exported again with other settings without encoding
/// every version of every picture again.
/// </summary>
internal static class PictureVectorsFile
{
    public const string FileName = "picture-vectors.bin";

    /// <summary>The vectors of the file, or those computed, which are then written.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="state">What the vectors belong to: those of another state are computed anew.</param>
    /// <param name="dimension">Of a vector.</param>
    /// <param name="compute">Computes them.</param>
    public static IReadOnlyList<float[]> GetOrMake(string folder, TrainingState state, int dimension, Func<IReadOnlyList<float[]>> compute)
    {
        string path = Path.Combine(folder, FileName), temporary = path + ".tmp";
        byte[] head = Encoding.ASCII.GetBytes($"manifold-picture-vectors-1 {state.ConfigSha256} {state.DataSha256} {state.Step} ");
        byte[] content = File.Exists(path) ? File.ReadAllBytes(path) : [];
        int rowBytes = sizeof(float) * dimension;
        if (content.AsSpan().StartsWith(head) && content.Length > head.Length && (content.Length - head.Length) % rowBytes == 0)
            return [.. MemoryMarshal.Cast<byte, float>(content.AsSpan(head.Length)).ToArray().Chunk(dimension)];

        var vectors = compute();
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            stream.Write(head);
            foreach (float[] vector in vectors)
                stream.Write(MemoryMarshal.AsBytes<float>(vector));
        }

        File.Move(temporary, path, overwrite: true);
        return vectors;
    }
}
