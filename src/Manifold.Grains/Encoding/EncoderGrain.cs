using Manifold.Encoders;
using Orleans.Placement;

namespace Manifold.Grains;

[EncoderRole]
[RandomPlacement]
internal sealed class EncoderGrain(EncoderPool pool) : Grain, IEncoderGrain
{
    public Task<Encoded[]> EncodeRecordingsAsync(string bundle, EncodeContent[] contents, CancellationToken cancellationToken) =>
        EncodeAsync(bundle, contents, cancellationToken);

    public async Task<Encoded[]> EncodeAsync(string bundle, EncodeContent[] contents, CancellationToken cancellationToken)
    {
        try
        {
            var results = await pool.EncodeManyAsync(bundle, Array.ConvertAll(contents, c => c.ToContent()), cancellationToken);
            return [.. results.Select(r => r.Encoded is { } encoded
                ? Encoded.Of(encoded)
                : new Encoded(null, ErrorTranslation.Translate(r.Error!)))];
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw ErrorTranslation.Translate(e);
        }
    }

    public Task<BundleInfo[]> ListBundlesAsync() => Task.FromResult(pool.Bundles.Select(b => new BundleInfo(
        b.Name, b.Version, b.Dimension, [.. b.Towers.Modalities.Select(m => m.ToString().ToLowerInvariant())], b.Description ?? "", b.License ?? "",
        pool.Device.ToString().ToLowerInvariant())).ToArray());
}
