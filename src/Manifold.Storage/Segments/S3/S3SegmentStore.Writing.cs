using Amazon.S3;
using Amazon.S3.Model;

namespace Manifold.Storage;

public sealed partial class S3SegmentStore
{
    private const string OnlyIfAbsent = "*";

    // The usual segment, 64 MiB and somewhat more, goes in a few parts; small objects cost one request instead of three.
    private const long DefaultSinglePutBytes = 32L << 20;
    private const long MinPartBytes = 16L << 20;
    private const int MaxParts = 10_000;
    private const int ParallelParts = 4;

    private static readonly TimeSpan AbortTimeout = TimeSpan.FromSeconds(20);

    // Whether the server has not refused conditional writes so far.
    private volatile bool _canBeConditional = true;

    /// <summary>Objects up to so many bytes are sent in one request.</summary>
    internal long SinglePutBytes { get; init; } = DefaultSinglePutBytes;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="InvalidOperationException">Another object has the name: objects never change.</exception>
    /// <exception cref="SegmentStoreUnavailableException">The store failed; the object is there whole, or absent.</exception>
    /// <remarks>
    /// The bytes go to a local file first, whose checksum is then sent along, and which becomes the cache's copy. Storing the same bytes again under the same
    /// name succeeds, so that a write of unknown outcome can be repeated.
    /// </remarks>
    public async Task<StoredObject> PutAsync(string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var key = KeyOf(name);
        var temporary = _cache.NewTemporary();
        try
        {
            var stored = await _cache.WriteAsync(temporary, name, write, cancellationToken);
            if (!await IsStoredAsync(stored, key, cancellationToken))
                await UploadAsync(temporary, stored, key, cancellationToken);
            Keep(temporary, stored);
            return stored;
        }
        finally
        {
            DurableFile.TryDelete(temporary);
        }
    }

    /// <summary>Keeps the local file as the cache's copy. The object is stored by now, so a disk that cannot take it is worth no more than a warning.</summary>
    private void Keep(string temporary, StoredObject stored)
    {
        try
        {
            _cache.Adopt(CacheKeyOf(stored.Name), temporary, stored);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _cache.Warn($"the cache cannot keep a copy of object '{stored.Name}': {e.Message}");
        }
    }

    /// <summary>Whether the object is there with these bytes. Where the length is the same the bytes are read: metadata may be another tool's.</summary>
    /// <exception cref="InvalidOperationException">Other bytes are there.</exception>
    private async Task<bool> IsStoredAsync(StoredObject stored, string key, CancellationToken cancellationToken)
    {
        try
        {
            var head = await AskAsync(
                key, () => _client.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = _bucket, Key = key }, cancellationToken), cancellationToken);
            if (head.ContentLength == stored.Length && await ReadAsync(stored.Name, key, cancellationToken) == stored)
                return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        throw new InvalidOperationException($"there is another object '{stored.Name}' in {Location}: objects never change");
    }

    private async Task UploadAsync(string path, StoredObject stored, string key, CancellationToken cancellationToken)
    {
        try
        {
            await OnlyIfAbsentAsync(condition => stored.Length <= SinglePutBytes
                ? PutFileAsync(path, stored, key, condition, cancellationToken)
                : PutPartsAsync(path, stored, key, condition, cancellationToken));
        }
        catch (Exception e) when (S3Errors.IsRemote(e, cancellationToken))
        {
            // A request that got no answer may have succeeded, and one repeated by the SDK then finds the name taken, by us.
            bool isThere;
            try
            {
                isThere = await IsStoredAsync(stored, key, cancellationToken);
            }
            catch (SegmentStoreUnavailableException)
            {
                throw Translate(e, key);
            }
            if (!isThere)
                throw Translate(e, key);
        }
    }

    /// <summary>Writes on the condition that nothing is there; without it where the server does not know conditions, so that only the look before protects.</summary>
    private async Task OnlyIfAbsentAsync(Func<string?, Task> write)
    {
        if (_canBeConditional)
        {
            try
            {
                await write(OnlyIfAbsent);
                return;
            }
            catch (AmazonS3Exception e) when (S3Errors.IsNotImplemented(e))
            {
                _canBeConditional = false;
            }
        }
        await write(null);
    }

    private async Task PutFileAsync(string path, StoredObject stored, string key, string? condition, CancellationToken cancellationToken)
    {
        var request = new PutObjectRequest
        {
            BucketName = _bucket,
            Key = key,
            FilePath = path,
            ContentType = "application/octet-stream",
            IfNoneMatch = condition,

            // Signed chunks are unknown to some compatible servers. A signature of the whole body reads the file twice, so TLS spares it.
            UseChunkEncoding = false,
            DisablePayloadSigning = _isEncrypted,
        };
        Describe(request.Metadata, stored);
        await _client.PutObjectAsync(request, cancellationToken);
    }

    private async Task PutPartsAsync(string path, StoredObject stored, string key, string? condition, CancellationToken cancellationToken)
    {
        var start = new InitiateMultipartUploadRequest { BucketName = _bucket, Key = key, ContentType = "application/octet-stream" };
        Describe(start.Metadata, stored);
        var upload = (await _client.InitiateMultipartUploadAsync(start, cancellationToken)).UploadId;
        try
        {
            var partBytes = PartBytes(stored.Length);
            var parts = new PartETag[(int)((stored.Length + partBytes - 1) / partBytes)];
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = ParallelParts, CancellationToken = cancellationToken };
            await Parallel.ForAsync(0, parts.Length, parallel, async (part, token) =>
            {
                var sent = await _client.UploadPartAsync(
                    new UploadPartRequest
                    {
                        BucketName = _bucket,
                        Key = key,
                        UploadId = upload,
                        PartNumber = part + 1,
                        FilePath = path,
                        FilePosition = part * partBytes,
                        PartSize = Math.Min(partBytes, stored.Length - (part * partBytes)),
                        UseChunkEncoding = false,
                        DisablePayloadSigning = _isEncrypted,
                    },
                    token);
                parts[part] = new PartETag(part + 1, sent.ETag);
            });
            await _client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest { BucketName = _bucket, Key = key, UploadId = upload, PartETags = [.. parts], IfNoneMatch = condition },
                cancellationToken);
        }
        catch
        {
            await AbortAsync(key, upload);
            throw;
        }
    }

    /// <summary>Lets the server forget parts that were sent. Where it cannot be told, a lifecycle rule of the bucket has to.</summary>
    private async Task AbortAsync(string key, string upload)
    {
        using var timeout = new CancellationTokenSource(AbortTimeout);
        try
        {
            await _client.AbortMultipartUploadAsync(new AbortMultipartUploadRequest { BucketName = _bucket, Key = key, UploadId = upload }, timeout.Token);
        }
        catch (Exception e) when (S3Errors.IsRemote(e, CancellationToken.None))
        {
            _cache.Warn($"{Location}, key '{key}': upload {upload} could not be aborted and its parts stay until a lifecycle rule removes them ({e.Message})");
        }
    }

    /// <summary>16 MiB, or what it takes to stay within S3's 10,000 parts, in whole MiB.</summary>
    private static long PartBytes(long length)
    {
        const long Mebibyte = 1 << 20;
        var least = (length + MaxParts - 1) / MaxParts;
        return Math.Max(MinPartBytes, (least + Mebibyte - 1) / Mebibyte * Mebibyte);
    }

    private static void Describe(MetadataCollection metadata, StoredObject stored)
    {
        metadata[ChecksumMetadata] = stored.Checksum;
        metadata[LengthMetadata] = stored.Length.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
