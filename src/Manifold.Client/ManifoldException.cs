using Google.Rpc;
using Grpc.Core;

namespace Manifold.Client;

/// <summary>A call that the server refused or that did not reach it.</summary>
public sealed class ManifoldException : Exception
{
    internal ManifoldException(StatusCode status, string message, Exception? inner = null)
        : base(message, inner) => Status = status;

    /// <summary>The gRPC status code: InvalidArgument for the caller's mistake, NotFound, Unavailable, ...</summary>
    public StatusCode Status { get; }

    /// <summary>The fields at fault; empty when the server names none.</summary>
    public IReadOnlyList<FieldViolation> Fields { get; private init; } = [];

    /// <summary>When the server suggests to try again; null when it does not.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>True if no server answered: nothing listens there, or the connection broke.</summary>
    public bool Unreachable { get; private init; }

    internal bool IsTransient => Status is StatusCode.Unavailable or StatusCode.ResourceExhausted;

    /// <summary>Reads what the server says about a failure from the <c>grpc-status-details-bin</c> trailer.</summary>
    internal static ManifoldException From(RpcException exception)
    {
        Google.Rpc.Status? details = null;
        try
        {
            details = exception.GetRpcStatus();
        }
        catch (Exception malformed) when (malformed is Google.Protobuf.InvalidProtocolBufferException or ArgumentException)
        {
            // A proxy's or an old server's trailer: the code and the message still stand.
        }

        // gRPC calls a connection that broke in the middle of a call Internal; to a caller it is one that can be tried again.
        var broken = exception is { StatusCode: StatusCode.Internal, Status.DebugException: HttpRequestException or IOException };
        return new ManifoldException(broken ? StatusCode.Unavailable : exception.StatusCode, MessageOf(exception), exception)
        {
            Fields = [.. (details?.GetDetail<BadRequest>()?.FieldViolations ?? []).Select(v => new FieldViolation(v.Field, v.Description))],
            RetryAfter = details?.GetDetail<RetryInfo>()?.RetryDelay?.ToTimeSpan(),
            Unreachable = exception.StatusCode == StatusCode.Unavailable && exception.Status.DebugException is not null,
        };
    }

    private static string MessageOf(RpcException exception)
    {
        if (exception.StatusCode == StatusCode.Unavailable && exception.Status.DebugException is { } cause)
            return cause.GetBaseException().Message;

        return exception.Status.Detail.Length > 0 ? exception.Status.Detail
            : exception.StatusCode == StatusCode.DeadlineExceeded ? "the server did not answer within the deadline"
            : exception.StatusCode.ToString();
    }
}
