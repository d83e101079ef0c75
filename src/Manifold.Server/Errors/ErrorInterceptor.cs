using Grpc.Core;
using Grpc.Core.Interceptors;
using Manifold.Grains;

namespace Manifold.Server;

/// <summary>Turns every exception of a call into a status; what is no caller's business is logged and shown as Internal.</summary>
internal sealed partial class ErrorInterceptor(ILogger<ErrorInterceptor> logger) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw Translate(e, context);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw Translate(e, context);
        }
    }

    private RpcException Translate(Exception exception, ServerCallContext context)
    {
        if (exception is OperationCanceledException)
        {
            return context switch
            {
                { Deadline: var deadline } when deadline <= DateTime.UtcNow => new RpcException(new Status(StatusCode.DeadlineExceeded, "the call's deadline passed")),
                { CancellationToken.IsCancellationRequested: true } => new RpcException(new Status(StatusCode.Cancelled, "the call was cancelled")),
                _ => RpcErrors.ToRpcException(new ManifoldException(ErrorKind.Unavailable, "the server gave the call up", retryAfter: TimeSpan.FromSeconds(1))),
            };
        }
        var error = ErrorTranslation.Translate(exception);
        if (error.Kind == ErrorKind.Internal)
        {
            LogInternal(logger, exception, context.Method);
        }
        return RpcErrors.ToRpcException(error);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed.")]
    private static partial void LogInternal(ILogger logger, Exception exception, string method);
}
