using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Manifold.Grains;
using Status = Google.Rpc.Status;

namespace Manifold.Server;

/// <summary>The one place where errors become gRPC statuses, with <c>BadRequest</c> and <c>RetryInfo</c> details.</summary>
internal static class RpcErrors
{
    /// <summary>An error with the code of its kind, naming its field.</summary>
    public static RpcException ToRpcException(ManifoldException error) => ToRpcException([error]);

    /// <summary>Several errors: the code and message of the first that may be repeated, else of the first; and every field.</summary>
    public static RpcException ToRpcException(IReadOnlyList<ManifoldException> errors)
    {
        var shown = errors.FirstOrDefault(e => e.RetryAfter is not null) ?? errors[0];
        var status = new Status { Code = (int)shown.Kind, Message = shown.Message };
        var fields = errors.Where(e => e.Field is not null)
            .Select(e => new BadRequest.Types.FieldViolation { Field = e.Field, Description = e.Message })
            .ToList();
        if (fields.Count > 0)
        {
            status.Details.Add(Any.Pack(new BadRequest { FieldViolations = { fields } }));
        }
        if (shown.RetryAfter is { } retryAfter)
        {
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(retryAfter) }));
        }
        return status.ToRpcException();
    }
}
