using Manifold.Encoders;
using static TorchSharp.torch;

namespace Manifold.Training;

/// <summary>A tower of sound as it is being learnt, beside the towers that it learns from. What is measured of a recording, and what the teacher says, is kept for the next measurement.</summary>
internal sealed class AudioProbeEncoder(IProbeEncoder teacher, AudioTowerModule tower, SpectrogramConfig config) : IProbeEncoder
{
    private readonly AudioPreprocessing _preprocessing = config.ToPreprocessing();
    private readonly Dictionary<string, float[]> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<Picture, float[]> _pictures = [];
    private readonly Dictionary<Sound, float[][]> _sounds = [];

    /// <inheritdoc/>
    public IReadOnlyList<float[]> EncodeTexts(IReadOnlyList<string> texts) => Known(_texts, texts, teacher.EncodeTexts);

    /// <inheritdoc/>
    public IReadOnlyList<float[]> EncodePictures(IReadOnlyList<Picture> pictures) => Known(_pictures, pictures, teacher.EncodePictures);

    /// <inheritdoc/>
    public IReadOnlyList<float[]> EncodeSounds(IReadOnlyList<Sound> sounds)
    {
        var features = new AudioFeatures(_preprocessing);
        using var withoutGradient = no_grad();
        return [.. sounds.Select(sound =>
        {
            if (!_sounds.TryGetValue(sound, out var windows))
            {
                _sounds[sound] = windows = [.. sound.ReadWindows(_preprocessing).Select(window =>
                {
                    var values = new float[features.LengthOf(window.Length)];
                    features.Compute(window, values);
                    return values;
                })];
            }

            return Sound.Whole([.. windows.Select(Encode)]);
        })];
    }

    private float[] Encode(float[] window)
    {
        using var scope = NewDisposeScope();
        return tower.Place(tower.call(tensor(window, [1, config.Bands, window.Length / config.Bands]))).data<float>().ToArray();
    }

    private static IReadOnlyList<float[]> Known<T>(Dictionary<T, float[]> known, IReadOnlyList<T> asked, Func<IReadOnlyList<T>, IReadOnlyList<float[]>> encode)
        where T : notnull
    {
        T[] unknown = [.. asked.Where(item => !known.ContainsKey(item)).Distinct()];
        if (unknown.Length > 0)
        {
            foreach (var (item, vector) in unknown.Zip(encode(unknown)))
                known[item] = vector;
        }

        return [.. asked.Select(item => known[item])];
    }
}
