using Google.Rpc;
using Grpc.Core;

namespace Manifold.Server.Tests;

/// <summary>A call that failed, with what its <c>BadRequest</c> and <c>RetryInfo</c> details say.</summary>
internal sealed record Refusal(StatusCode Code, string Message, IReadOnlyList<string> Fields, TimeSpan? RetryAfter)
{
    public static async Task<Refusal> OfAsync(Task call) => Of(await Assert.ThrowsAsync<RpcException>(() => call));

    public static Refusal Of(RpcException exception)
    {
        var status = exception.GetRpcStatus();
        return new Refusal(
            exception.StatusCode,
            exception.Status.Detail,
            [.. (status?.GetDetail<BadRequest>()?.FieldViolations ?? []).Select(v => v.Field)],
            status?.GetDetail<RetryInfo>()?.RetryDelay?.ToTimeSpan());
    }

    /// <summary>Asserts that the call is refused with this code, at these fields, with a message.</summary>
    public static async Task AssertAsync(StatusCode code, Task call, params string[] fields)
    {
        var refusal = await OfAsync(call);
        Assert.True(refusal.Code == code, $"expected {code}, got {refusal.Code}: {refusal.Message}");
        Assert.Equal(fields, refusal.Fields);
        Assert.NotEmpty(refusal.Message);
    }
}
