using Manifold.Encoders;

namespace Manifold.Training;

/// <summary>A bundle as the cluster serves it. Not thread-safe: it is called by one evaluation.</summary>
public sealed class BundleProbeEncoder(Bundle bundle) : IProbeEncoder, IDisposable
{
    private const int PicturesPerCall = 256;
    private readonly BundleEncoder _encoder = new(bundle, new EncoderOptions { Device = EncoderDevice.Cpu });

    /// <inheritdoc/>
    public IReadOnlyList<float[]> EncodeTexts(IReadOnlyList<string> texts) => _encoder.EncodeTexts(texts);

    /// <inheritdoc/>
    public IReadOnlyList<float[]> EncodePictures(IReadOnlyList<Picture> pictures) =>
        [.. pictures.Chunk(PicturesPerCall).SelectMany(chunk =>
            _encoder.EncodeImages([.. chunk.Select(picture => (ReadOnlyMemory<byte>)picture.ReadBytes())]))];

    /// <inheritdoc/>
    public IReadOnlyList<float[]> EncodeSounds(IReadOnlyList<Sound> sounds)
    {
        var tower = bundle.Manifest.Towers.Audio ?? throw new NotSupportedException($"Bundle '{bundle.Manifest.Name}' has no tower of sound.");
        return [.. sounds.Select(sound => Sound.Whole(_encoder.EncodeAudio([.. sound.ReadWindows(tower.Preprocessing).Select(window => (ReadOnlyMemory<float>)window)])))];
    }

    /// <inheritdoc/>
    public void Dispose() => _encoder.Dispose();
}
