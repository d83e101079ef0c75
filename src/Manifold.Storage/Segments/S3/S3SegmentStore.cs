using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Manifold.Storage;

/// <summary>
/// Objects below a prefix of a bucket in an S3-compatible store, with copies in a <see cref="SegmentCache"/>. An object is whole or absent, as S3 has it; its checksum is kept as
/// metadata and compared at every download. Safe for concurrent use. Transient failures are tried again by the SDK; after that
/// <see cref="SegmentStoreUnavailableException"/> says what is wrong.
/// </summary>
public sealed partial class S3SegmentStore : ISharedSegmentStore
{
    private const string ChecksumMetadata = "x-amz-meta-xxh3-128";
    private const string LengthMetadata = "x-amz-meta-length";

    /// <summary>A start that waits longer is better given up and said.</summary>
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(20);

    private readonly IAmazonS3 _client;
    private readonly SegmentCache _cache;
    private readonly string _bucket;
    private readonly string _root;
    private readonly bool _isEncrypted;

    internal S3SegmentStore(SegmentStoreUri uri, SegmentCache cache, AWSCredentials? credentials)
    {
        var endpoint = S3Connection.EndpointOf(uri);
        _bucket = uri.Bucket ?? throw new ArgumentException($"{uri} is no S3 store", nameof(uri));
        _root = uri.Prefix.Length > 0 ? uri.Prefix + "/" : "";
        _cache = cache;
        _client = S3Connection.Open(uri, endpoint, credentials);
        _isEncrypted = endpoint is null || endpoint.Scheme == Uri.UriSchemeHttps;
        Location = $"s3://{_bucket}{(uri.Prefix.Length > 0 ? "/" : "")}{uri.Prefix} at {endpoint?.GetLeftPart(UriPartial.Authority) ?? $"AWS {_client.Config.RegionEndpoint?.SystemName}"}";
    }

    /// <summary>Opens the store. No request is made (<see cref="CheckAsync"/> makes one).</summary>
    /// <param name="uri">A store of S3. Credentials come from the SDK's standard chain.</param>
    /// <param name="cache">Where copies are kept; it stays the caller's, and outlives the store.</param>
    /// <exception cref="FormatException">Neither endpoint nor region is known, or the environment's endpoint is none.</exception>
    public S3SegmentStore(SegmentStoreUri uri, SegmentCache cache)
        : this(uri, cache, null)
    {
    }

    /// <inheritdoc/>
    public string Location { get; }

    /// <summary>Keys asked for in one listing request; S3 gives at most 1,000.</summary>
    internal int ListPageKeys { get; init; } = 1000;

    /// <summary>Asks for a listing, to find at the start what is wrong with endpoint, bucket, credentials or rights.</summary>
    /// <exception cref="SegmentStoreUnavailableException">The store cannot be used; says why.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(CheckTimeout);
        var request = new ListObjectsV2Request { BucketName = _bucket, Prefix = _root, MaxKeys = 1 };
        await AskAsync("", () => _client.ListObjectsV2Async(request, patience.Token), cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="CorruptDataException">The object's bytes are not those that were stored.</exception>
    /// <exception cref="SegmentStoreUnavailableException">The store failed.</exception>
    /// <remarks>A copy handed out so stays in the cache until the process ends; <see cref="LeaseAsync"/> is the better choice where the end of its use is known.</remarks>
    public async Task<string> GetLocalPathAsync(string name, CancellationToken cancellationToken) => (await LeaseAsync(name, cancellationToken)).Path;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="CorruptDataException">The object's bytes are not those that were stored.</exception>
    /// <exception cref="SegmentStoreUnavailableException">The store failed.</exception>
    public Task<SegmentLease> LeaseAsync(string name, CancellationToken cancellationToken)
    {
        var key = KeyOf(name);
        return _cache.LeaseAsync(CacheKeyOf(name), name, (temporary, abandoned) => DownloadAsync(name, key, temporary, abandoned), cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="FileNotFoundException">There is no such object.</exception>
    /// <exception cref="SegmentStoreUnavailableException">The store failed.</exception>
    /// <remarks>Downloads the object and keeps nothing of it; the cache is not asked.</remarks>
    public async Task VerifyAsync(StoredObject stored, CancellationToken cancellationToken)
    {
        var key = KeyOf(stored.Name);
        var found = await ReadAsync(stored.Name, key, cancellationToken);
        if (found != stored)
        {
            throw new CorruptDataException(
                $"object '{stored.Name}' in {Location}, key '{key}', has {found.Length} bytes with checksum {found.Checksum}; {stored.Length} bytes with {stored.Checksum} were stored");
        }
    }

    /// <inheritdoc/>
    /// <exception cref="SegmentStoreUnavailableException">The store failed.</exception>
    public async IAsyncEnumerable<(string Name, DateTimeOffset Written)> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = _bucket, Prefix = _root + prefix, MaxKeys = ListPageKeys };
        ListObjectsV2Response page;
        do
        {
            page = await AskAsync("", () => _client.ListObjectsV2Async(request, cancellationToken), cancellationToken);
            foreach (var found in page.S3Objects ?? [])
            {
                var name = found.Key[_root.Length..];
                if (ObjectName.IsValid(name))
                    yield return (name, new DateTimeOffset((found.LastModified ?? DateTime.UtcNow).ToUniversalTime()));
            }
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true && request.ContinuationToken is not null);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="SegmentStoreUnavailableException">The store failed.</exception>
    public async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        var key = KeyOf(name);
        try
        {
            await AskAsync(key, () => _client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = _bucket, Key = key }, cancellationToken), cancellationToken);
        }
        catch (FileNotFoundException)
        {
            // S3 says nothing where there is none; a compatible server may.
        }
        _cache.Remove(CacheKeyOf(name));
    }

    /// <summary>Closes the connections. Copies that were handed out stay.</summary>
    public void Dispose() => _client.Dispose();

    private string KeyOf(string name) => ObjectName.IsValid(name) ? _root + name : throw ObjectName.Invalid(name);

    private string CacheKeyOf(string name) => CachedFile.KeyOf(Location, name);

    private Exception Translate(Exception exception, string key) => S3Errors.Translate(exception, Location, _bucket, key);

    private async Task<T> AskAsync<T>(string key, Func<Task<T>> request, CancellationToken cancellationToken)
    {
        try
        {
            return await request();
        }
        catch (Exception e) when (S3Errors.IsRemote(e, cancellationToken))
        {
            throw Translate(e, key);
        }
    }
}
