using Grpc.Core;
using Manifold.Grains;
using V1 = Manifold.Protocol.V1;

namespace Manifold.Server;

internal sealed class EncodersService(EncoderClient encoders, ServerOptions options) : V1.Encoders.EncodersBase
{
    public override async Task<V1.EncodeResponse> Encode(V1.EncodeRequest request, ServerCallContext context)
    {
        if (request.Contents.Count < 1 || request.Contents.Count > options.Limits.MaxEncodeContents)
        {
            throw ManifoldException.Invalid("contents", $"a call takes 1 to {options.Limits.MaxEncodeContents} pieces of content; {request.Contents.Count} were given");
        }
        var contents = request.Contents.Select((content, i) =>
            ItemMapping.ReadContent(content, $"contents[{i}]") ?? throw ManifoldException.Invalid($"contents[{i}]", "the content is missing"));
        var encoded = await encoders.EncodeAsync(request.Bundle, [.. contents], context.CancellationToken);
        var errors = encoded.Index()
            .Where(e => e.Item.Error is not null)
            .Select(e => new ManifoldException(e.Item.Error!.Kind, e.Item.Error.Message, $"contents[{e.Index}]", e.Item.Error.RetryAfter))
            .ToList();
        return errors.Count == 0
            ? new V1.EncodeResponse { Vectors = { encoded.Select(e => VectorMapping.WritePacked(e.Vector!)) } }
            : throw RpcErrors.ToRpcException(errors);
    }

    public override async Task<V1.ListBundlesResponse> ListBundles(V1.ListBundlesRequest request, ServerCallContext context) => new()
    {
        Bundles =
        {
            (await encoders.ListBundlesAsync()).Select(b => new V1.Bundle
            {
                Name = b.Name,
                Version = b.Version,
                Dimension = b.Dimension,
                Description = b.Description,
                License = b.License,
                Modalities = { b.Modalities.Select(ModalityMapping.Write) },
            }),
        },
    };
}
