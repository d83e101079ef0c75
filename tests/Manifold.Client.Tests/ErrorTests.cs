using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Manifold.FakeServer;

namespace Manifold.Client.Tests;

public sealed class ErrorTests
{
    private static readonly ManifoldClientOptions Hasty = new() { FirstBackoff = TimeSpan.FromMilliseconds(1), MaxRetries = 3 };

    [Fact]
    public async Task Search_RefusedField_IsNamedInTheException()
    {
        await using var server = await FakeManifold.StartAsync(TestContext.Current.CancellationToken);
        server.Store.Failures.Enqueue(new Google.Rpc.Status
        {
            Code = (int)Code.InvalidArgument,
            Message = "the vector has the wrong dimension",
            Details = { Any.Pack(new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = "parts[0].vector", Description = "3, not 2" } } }) },
        }.ToRpcException());
        using var client = new ManifoldClient(server.Address, Hasty);

        var error = await Assert.ThrowsAsync<ManifoldException>(
            () => client.SearchAsync("c", SearchQuery.ForVector(new float[] { 1, 2, 3 }), TestContext.Current.CancellationToken));

        Assert.Equal(StatusCode.InvalidArgument, error.Status);
        Assert.Equal("the vector has the wrong dimension", error.Message);
        Assert.Equal([new FieldViolation("parts[0].vector", "3, not 2")], error.Fields);
        Assert.False(error.Unreachable);
    }

    [Fact]
    public async Task Search_ResourceExhausted_IsTriedAgain()
    {
        await using var server = await FakeManifold.StartAsync(TestContext.Current.CancellationToken);
        server.Store.Failures.Enqueue(Busy(TimeSpan.FromMilliseconds(5)));
        server.Store.Failures.Enqueue(Busy(null));
        using var client = new ManifoldClient(server.Address, Hasty);

        var result = await client.SearchAsync("c", SearchQuery.ForText("x"), TestContext.Current.CancellationToken);

        Assert.Equal(1, result.ShardsAnswered);
        Assert.Empty(server.Store.Failures);
    }

    [Fact]
    public async Task Search_BusyForLongerThanTheDeadline_FailsWithTheHint()
    {
        await using var server = await FakeManifold.StartAsync(TestContext.Current.CancellationToken);
        server.Store.Failures.Enqueue(Busy(TimeSpan.FromMinutes(5)));
        using var client = new ManifoldClient(server.Address, Hasty);

        var error = await Assert.ThrowsAsync<ManifoldException>(() => client.SearchAsync("c", SearchQuery.ForText("x"), TestContext.Current.CancellationToken));

        Assert.Equal(TimeSpan.FromMinutes(5), error.RetryAfter);
    }

    [Fact]
    public async Task Search_AlwaysUnavailable_FailsAfterTheRetries()
    {
        await using var server = await FakeManifold.StartAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < 10; i++)
            server.Store.Failures.Enqueue(new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "opening")));
        using var client = new ManifoldClient(server.Address, Hasty);

        var error = await Assert.ThrowsAsync<ManifoldException>(() => client.CountAsync("c", cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(("opening", false), (error.Message, error.Unreachable));
        Assert.Equal(10 - 1 - Hasty.MaxRetries, server.Store.Failures.Count);
    }

    [Fact]
    public async Task Drop_Unavailable_IsNotTriedAgain()
    {
        await using var server = await FakeManifold.StartAsync(TestContext.Current.CancellationToken);
        server.Store.Failures.Enqueue(new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "opening")));
        server.Store.Failures.Enqueue(new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "opening")));
        using var client = new ManifoldClient(server.Address, Hasty);

        await Assert.ThrowsAsync<ManifoldException>(() => client.DropCollectionAsync("c", TestContext.Current.CancellationToken));

        Assert.Single(server.Store.Failures);
    }

    [Fact]
    public async Task Status_NoServer_IsUnreachable()
    {
        Uri address;
        await using (var server = await FakeManifold.StartAsync(TestContext.Current.CancellationToken))
            address = server.Address;
        using var client = new ManifoldClient(address, Hasty);

        var error = await Assert.ThrowsAsync<ManifoldException>(() => client.StatusAsync(TestContext.Current.CancellationToken));

        Assert.True(error.Unreachable);
        Assert.Contains("refused", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Count_Cancelled_ThrowsOperationCanceled()
    {
        await using var server = await FakeManifold.StartAsync(TestContext.Current.CancellationToken);
        using var client = new ManifoldClient(server.Address, Hasty);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.CountAsync("c", cancellationToken: cancelled.Token));
    }

    private static RpcException Busy(TimeSpan? retryAfter)
    {
        var status = new Google.Rpc.Status { Code = (int)Code.ResourceExhausted, Message = "the queue is full" };
        if (retryAfter is { } wait)
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(wait) }));
        return status.ToRpcException();
    }
}
