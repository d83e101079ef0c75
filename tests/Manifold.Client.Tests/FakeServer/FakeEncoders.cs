using Grpc.Core;
using Manifold.Protocol.V1;

namespace Manifold.FakeServer;

public sealed class FakeEncoders(FakeStore store) : Protocol.V1.Encoders.EncodersBase
{
    public override Task<EncodeResponse> Encode(EncodeRequest request, ServerCallContext context)
    {
        store.ThrowIfAsked();
        return Task.FromResult(new EncodeResponse { Vectors = { request.Contents.Select(_ => new Vector { Values = { 0.6f, 0.8f } }) } });
    }

    public override Task<ListBundlesResponse> ListBundles(ListBundlesRequest request, ServerCallContext context)
    {
        store.ThrowIfAsked();
        var bundle = new Bundle { Name = "fake", Version = "1", Dimension = 2, Modalities = { Modality.Text, Modality.Image }, License = "Apache-2.0" };
        return Task.FromResult(new ListBundlesResponse { Bundles = { bundle } });
    }
}
