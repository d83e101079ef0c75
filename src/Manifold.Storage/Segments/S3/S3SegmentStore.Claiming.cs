using Amazon.S3;
using Amazon.S3.Model;

namespace Manifold.Storage;

public sealed partial class S3SegmentStore
{
    private string MarkerKey => _root + SegmentStoreMarker.ObjectName;

    /// <summary>
    /// How long a claim waits before it believes what it wrote. A server that ignores conditions lets a second claim overwrite the first when both looked before either
    /// wrote; the last one stays, and after this pause both see it. It costs a cluster's first start, and nothing later.
    /// </summary>
    internal TimeSpan ClaimSettles { get; init; } = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    /// <exception cref="SegmentStoreUnavailableException">The store failed.</exception>
    public async Task<SegmentStoreMarker?> ReadMarkerAsync(CancellationToken cancellationToken)
    {
        var place = $"{Location}, key '{MarkerKey}',";
        try
        {
            return await RepeatAsync(async () =>
            {
                using var response = await GetAsync(MarkerKey, cancellationToken);
                if (response.ContentLength > SegmentStoreMarker.MaxBytes)
                    throw new CorruptDataException($"{place} is no marker of a cluster: it has {response.ContentLength} bytes");
                using var content = new MemoryStream();
                await CopyAsync(response, content, MarkerKey, cancellationToken);
                return SegmentStoreMarker.Decode(content.ToArray(), place);
            }, cancellationToken);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="SegmentStoreUnavailableException">The store failed.</exception>
    public async Task<SegmentStoreMarker> ClaimAsync(string clusterId, CancellationToken cancellationToken)
    {
        var mine = SegmentStoreMarker.New(clusterId);
        var shown = await ReadMarkerAsync(cancellationToken);
        if (shown is null)
        {
            await WriteMarkerAsync(mine.Encode(), cancellationToken);
            await Task.Delay(ClaimSettles, cancellationToken);
            shown = await ReadMarkerAsync(cancellationToken) ?? throw new SegmentStoreUnavailableException($"{Location}, key '{MarkerKey}': the marker is gone after it was written.");
        }
        return shown.Of(clusterId, Location);
    }

    private async Task WriteMarkerAsync(byte[] content, CancellationToken cancellationToken)
    {
        try
        {
            await AskAsync(MarkerKey, async () =>
            {
                await OnlyIfAbsentAsync(condition => _client.PutObjectAsync(
                    new PutObjectRequest
                    {
                        BucketName = _bucket,
                        Key = MarkerKey,
                        InputStream = new MemoryStream(content),
                        ContentType = "application/json",
                        IfNoneMatch = condition,
                        UseChunkEncoding = false,
                    },
                    cancellationToken));
                return true;
            }, cancellationToken);
        }
        catch (SegmentStoreUnavailableException e) when (e.InnerException is AmazonS3Exception taken && S3Errors.IsTaken(taken))
        {
            // Another silo was first: its marker is read next.
        }
    }
}
