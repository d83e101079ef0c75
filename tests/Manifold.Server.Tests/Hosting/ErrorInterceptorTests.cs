using Grpc.Core;
using Manifold.Grains;
using Manifold.Shards;
using Microsoft.Extensions.Logging.Abstractions;

namespace Manifold.Server.Tests;

/// <summary>Every exception of a call becomes a status.</summary>
public sealed class ErrorInterceptorTests
{
    private static readonly Dictionary<string, (Exception Thrown, StatusCode Code)> Errors = new()
    {
        ["given up by the server"] = (new OperationCanceledException(), StatusCode.Unavailable),
        ["invalid"] = (ManifoldException.Invalid("field", "message"), StatusCode.InvalidArgument),
        ["bad batch"] = (new InvalidBatchException("message"), StatusCode.InvalidArgument),
        ["stale"] = (new StaleWriteException("message"), StatusCode.FailedPrecondition),
        ["overloaded"] = (new ShardOverloadedException("message", TimeSpan.FromSeconds(3)), StatusCode.ResourceExhausted),
        ["unavailable"] = (new ShardUnavailableException("message"), StatusCode.Unavailable),
        ["timeout"] = (new TimeoutException("message"), StatusCode.Unavailable),
        ["corrupt"] = (new ShardCorruptException("message"), StatusCode.DataLoss),
        ["ours"] = (new InvalidOperationException("message"), StatusCode.Internal),
    };

    private readonly ErrorInterceptor _interceptor = new(NullLogger<ErrorInterceptor>.Instance);

    public static TheoryData<string> ErrorNames => [.. Errors.Keys];

    [Theory]
    [MemberData(nameof(ErrorNames))]
    public async Task AnyCall_Throws_HasTheStatusOfItsKind(string error)
    {
        var (thrown, code) = Errors[error];
        var refusal = await Refusal.OfAsync(CallAsync(thrown, DateTime.MaxValue));
        Assert.Equal(code, refusal.Code);
        Assert.Equal(thrown is ShardOverloadedException ? TimeSpan.FromSeconds(3) : code == StatusCode.Unavailable ? TimeSpan.FromSeconds(1) : null, refusal.RetryAfter);
        Assert.Equal(code switch { StatusCode.FailedPrecondition => ["writer.sequence"], _ when error == "invalid" => ["field"], _ => [] }, refusal.Fields);
    }

    [Fact]
    public async Task AnyCall_CancelledAfterItsDeadline_DeadlineExceeded() =>
        Assert.Equal(StatusCode.DeadlineExceeded, (await Refusal.OfAsync(CallAsync(new TaskCanceledException(), DateTime.UtcNow.AddMilliseconds(-1)))).Code);

    [Fact]
    public async Task AnyCall_CancelledByTheCaller_Cancelled() =>
        Assert.Equal(StatusCode.Cancelled, (await Refusal.OfAsync(CallAsync(new OperationCanceledException(), DateTime.MaxValue, isCancelled: true))).Code);

    [Fact]
    public async Task AnyCall_ThrowsAStatus_IsLeftAsItIs() =>
        Assert.Equal(StatusCode.Aborted, (await Refusal.OfAsync(CallAsync(new RpcException(new Status(StatusCode.Aborted, "x")), DateTime.MaxValue))).Code);

    private async Task CallAsync(Exception thrown, DateTime deadline, bool isCancelled = false)
    {
        var context = new FakeCallContext(deadline, isCancelled);
        var unary = await Assert.ThrowsAsync<RpcException>(() => _interceptor.UnaryServerHandler<string, string>("", context, (_, _) => throw thrown));
        var stream = await Assert.ThrowsAsync<RpcException>(
            () => _interceptor.DuplexStreamingServerHandler<string, string>(null!, null!, context, (_, _, _) => throw thrown));
        Assert.Equal(unary.StatusCode, stream.StatusCode);
        throw unary;
    }

    private sealed class FakeCallContext(DateTime deadline, bool isCancelled) : ServerCallContext
    {
        protected override string MethodCore => "/manifold.v1.Search/Query";

        protected override string HostCore => "localhost";

        protected override string PeerCore => "ipv4:127.0.0.1:1";

        protected override DateTime DeadlineCore => deadline;

        protected override Metadata RequestHeadersCore => [];

        protected override CancellationToken CancellationTokenCore => new(isCancelled);

        protected override Metadata ResponseTrailersCore => [];

        protected override Status StatusCore { get; set; }

        protected override WriteOptions? WriteOptionsCore { get; set; }

        protected override AuthContext AuthContextCore => new("", []);

        protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) => throw new NotSupportedException();

        protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
    }
}
