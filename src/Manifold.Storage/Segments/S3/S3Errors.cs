using System.Net;
using System.Net.Sockets;
using System.Xml;
using Amazon.Runtime;
using Amazon.S3;

namespace Manifold.Storage;

/// <summary>Sorts what S3 answers, and says it in words.</summary>
internal static class S3Errors
{
    /// <summary>Whether an exception is S3's or the way to it, rather than the caller's or this machine's.</summary>
    public static bool IsRemote(Exception exception, CancellationToken caller) => exception switch
    {
        OperationCanceledException => !caller.IsCancellationRequested,
        AmazonServiceException or AmazonClientException or HttpRequestException or HttpIOException or TimeoutException => true,

        // A connection that breaks while a body is sent, and an answer that is not what S3 answers.
        IOException { InnerException: SocketException } or XmlException => true,
        _ => false,
    };

    /// <summary>Whether an object is missing. The answer to HEAD has no body and so does not tell an object from a bucket.</summary>
    public static bool IsMissing(AmazonS3Exception exception) => exception.StatusCode == HttpStatusCode.NotFound && exception.ErrorCode != "NoSuchBucket";

    /// <summary>Whether a conditional write found something there, or something else being written there.</summary>
    public static bool IsTaken(AmazonS3Exception exception) => exception.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict;

    /// <summary>Whether the server does not know conditional writes.</summary>
    public static bool IsNotImplemented(AmazonS3Exception exception) => exception.StatusCode == HttpStatusCode.NotImplemented || exception.ErrorCode == "NotImplemented";

    /// <summary>The exception that a caller gets.</summary>
    /// <param name="exception">What the SDK threw.</param>
    /// <param name="location">The store.</param>
    /// <param name="bucket">Its bucket.</param>
    /// <param name="key">The key asked for; empty for the whole bucket.</param>
    public static Exception Translate(Exception exception, string location, string bucket, string key)
    {
        var place = key.Length == 0 ? location : $"{location}, key '{key}'";
        return exception switch
        {
            AmazonS3Exception { ErrorCode: "NoSuchBucket" } => new SegmentStoreUnavailableException(
                $"{place}: there is no bucket '{bucket}'. Create it, or correct {SegmentStoreUri.Key}.", exception),
            AmazonS3Exception missing when key.Length > 0 && IsMissing(missing) => new FileNotFoundException($"there is no object in {place}", exception),
            AmazonS3Exception { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } denied => new SegmentStoreUnavailableException(
                $"{place}: access denied ({denied.ErrorCode}: {denied.Message.TrimEnd('.')}). Check the credentials, and that they may list, read, write and delete there.", exception),
            AmazonServiceException { StatusCode: not 0 } answered => new SegmentStoreUnavailableException(
                $"{place}: the server answered {(int)answered.StatusCode} ({answered.ErrorCode}: {answered.Message.TrimEnd('.')}).", exception),
            OperationCanceledException or TimeoutException => new SegmentStoreUnavailableException($"{place}: no answer in time.", exception),
            XmlException => new SegmentStoreUnavailableException($"{place}: the server's answer is none of S3's ({exception.Message.TrimEnd('.')}).", exception),
            // What the SDK says of credentials is a list of all the places where it looked.
            AmazonClientException when exception.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase) => new SegmentStoreUnavailableException(
                $"{place}: no credentials were found. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE, or run where a role is given.", exception),
            AmazonClientException when exception.InnerException is null => new SegmentStoreUnavailableException($"{place}: {exception.Message.TrimEnd('.')}.", exception),
            _ => new SegmentStoreUnavailableException($"{place}: the server cannot be reached ({Innermost(exception).Message.TrimEnd('.')}).", exception),
        };
    }

    private static Exception Innermost(Exception exception) => exception.InnerException is { } inner ? Innermost(inner) : exception;
}
