using Orleans.Concurrency;

namespace Manifold.Grains;

/// <summary>
/// Turns content into vectors on an encoder silo. Keys <c>0</c> to <see cref="EncoderClient.Lanes"/> - 1 spread calls over the silos; the silo's pool, not
/// the grain, gathers them into batches.
/// </summary>
[Alias("manifold.IEncoderGrain")]
public interface IEncoderGrain : IGrainWithIntegerKey
{
    /// <returns>What became of each piece, in order.</returns>
    /// <exception cref="ManifoldException">NotFound for an unknown bundle; ResourceExhausted when the queue is full.</exception>
    [AlwaysInterleave]
    [Alias("Encode")]
    Task<Encoded[]> EncodeAsync(string bundle, EncodeContent[] contents, CancellationToken cancellationToken);

    /// <summary>As <see cref="EncodeAsync"/> for sound and video, which take as long as they are.</summary>
    /// <returns>What became of each piece, in order.</returns>
    [AlwaysInterleave]
    [ResponseTimeout("01:00:00")]
    [Alias("EncodeRecordings")]
    Task<Encoded[]> EncodeRecordingsAsync(string bundle, EncodeContent[] contents, CancellationToken cancellationToken);

    [AlwaysInterleave]
    [Alias("ListBundles")]
    Task<BundleInfo[]> ListBundlesAsync();
}
