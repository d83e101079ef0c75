using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace Manifold.Storage;

/// <summary>Makes the client of a bucket, from the store's URI and the standard environment.</summary>
internal static class S3Connection
{
    // For servers of one's own, which mostly do not look at the region but want one in the signature.
    private const string DefaultRegion = "us-east-1";

    /// <summary>A request, without the reading of its body, that takes longer has failed; the SDK tries again.</summary>
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The endpoint that the URI or the environment names; <c>null</c>: the region's own.</summary>
    /// <exception cref="FormatException">The environment's is no endpoint; names the variable.</exception>
    public static Uri? EndpointOf(SegmentStoreUri uri)
    {
        if (uri.Endpoint is not null)
            return uri.Endpoint;
        foreach (var variable in new[] { "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL" })
        {
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text)
                return SegmentStoreUri.ParseEndpoint(text) ?? throw new FormatException($"{variable} is \"{text}\"; it must be http://HOST:PORT or https://HOST:PORT, without a path.");
        }
        return null;
    }

    /// <param name="uri">The store.</param>
    /// <param name="endpoint">What <see cref="EndpointOf"/> found.</param>
    /// <param name="credentials"><c>null</c>: the standard chain (environment, profile, container, instance).</param>
    /// <exception cref="FormatException">Neither endpoint nor region is known; names the key.</exception>
    public static AmazonS3Client Open(SegmentStoreUri uri, Uri? endpoint, AWSCredentials? credentials)
    {
        var config = new AmazonS3Config
        {
            // Buckets as part of the host need a name server that knows them, which only the great providers have.
            ForcePathStyle = true,

            // The newer checksum headers and trailers are unknown to many compatible servers; every upload is read back and compared instead.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            RetryMode = RequestRetryMode.Standard,
            Timeout = RequestTimeout,
            ConnectTimeout = ConnectTimeout,
        };
        var region = uri.Region ?? FallbackRegionFactory.GetRegionEndpoint()?.SystemName;
        if (endpoint is not null)
        {
            config.ServiceURL = endpoint.GetLeftPart(UriPartial.Authority);
            config.AuthenticationRegion = region ?? DefaultRegion;
        }
        else if (region is not null)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }
        else
        {
            throw new FormatException(
                $"{SegmentStoreUri.Key} is \"{uri}\" and names neither endpoint nor region. Add ?region=NAME or ?endpoint=URL, or set AWS_REGION or AWS_ENDPOINT_URL.");
        }
        return credentials is null ? new AmazonS3Client(config) : new AmazonS3Client(credentials, config);
    }
}
