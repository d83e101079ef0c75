using Manifold.Encoders;
using Manifold.Index;
using Manifold.Shards;
using Manifold.Storage;

namespace Manifold.Grains;

/// <summary>The one place where errors of the layers below become errors for callers.</summary>
public static class ErrorTranslation
{
    /// <returns>The error to show; unknown exceptions become <see cref="ErrorKind.Internal"/>.</returns>
    public static ManifoldException Translate(Exception exception) => exception switch
    {
        ManifoldException known => known,
        InvalidBatchException e => new ManifoldException(ErrorKind.InvalidArgument, e.Message, inner: null),
        StaleWriteException e => new ManifoldException(ErrorKind.FailedPrecondition, e.Message, "writer.sequence"),
        UnknownPositionException e => new ManifoldException(ErrorKind.FailedPrecondition, e.Message, "at_least"),
        ShardOverloadedException e => new ManifoldException(ErrorKind.ResourceExhausted, e.Message, retryAfter: e.RetryAfter),
        ShardCorruptException or CorruptSegmentException or CorruptDataException => new ManifoldException(ErrorKind.DataLoss, exception.Message),
        ShardMovedException or ShardSchemaChangedException => new ManifoldException(ErrorKind.Aborted, exception.Message),
        ShardDroppedException => new ManifoldException(ErrorKind.NotFound, "the collection was dropped", "collection"),
        ShardUnavailableException e => new ManifoldException(ErrorKind.Unavailable, e.Message, retryAfter: TimeSpan.FromSeconds(1)),
        SegmentStoreUnavailableException e => new ManifoldException(ErrorKind.Unavailable, e.Message, retryAfter: TimeSpan.FromSeconds(1)),
        ObjectDisposedException => new ManifoldException(ErrorKind.Unavailable, "this part of the cluster is closing", retryAfter: TimeSpan.FromSeconds(1)),
        EncoderOverloadedException e => new ManifoldException(ErrorKind.ResourceExhausted, e.Message, retryAfter: e.RetryAfter),
        InvalidContentException e => new ManifoldException(ErrorKind.InvalidArgument, e.Message),
        MediaToolMissingException e => new ManifoldException(ErrorKind.FailedPrecondition, e.Message),
        EncodingFailedException e => new ManifoldException(ErrorKind.Unavailable, e.Message, retryAfter: TimeSpan.FromSeconds(1)),
        UnknownBundleException e => new ManifoldException(ErrorKind.NotFound, e.Message, "bundle"),
        OrleansMessageRejectionException or SiloUnavailableException or TimeoutException =>
            new ManifoldException(ErrorKind.Unavailable, $"a part of the cluster did not answer: {exception.Message}", retryAfter: TimeSpan.FromSeconds(1)),
        // No silo of the role is there.
        OrleansException => new ManifoldException(ErrorKind.Unavailable, $"no part of the cluster can take this: {exception.Message}", retryAfter: TimeSpan.FromSeconds(1)),
        _ => new ManifoldException(ErrorKind.Internal, $"{exception.GetType().Name}: {exception.Message}"),
    };
}
