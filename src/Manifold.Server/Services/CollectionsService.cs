using Grpc.Core;
using Manifold.Grains;
using Manifold.Index;
using V1 = Manifold.Protocol.V1;

namespace Manifold.Server;

internal sealed class CollectionsService(IGrainFactory grains, CatalogCache cache, EncoderClient encoders, Coordinator coordinator, ServerOptions options)
    : V1.Collections.CollectionsBase
{
    private ICatalogGrain Catalog => grains.GetGrain<ICatalogGrain>(0);

    public override async Task<V1.Collection> Create(V1.CreateCollectionRequest request, ServerCallContext context)
    {
        var bundles = request.Spaces.Any(s => s.Encoder.Length > 0) ? await encoders.ListBundlesAsync() : [];
        var spaces = request.Spaces.Select((space, i) => ReadSpace(space, $"spaces[{i}]", bundles)).ToArray();
        var shards = request.ShardCount == 0 ? options.DefaultShardCount ?? 1 : request.ShardCount;
        var replicas = request.ReplicaCount == 0 ? options.DefaultReplicaCount ?? 1 : request.ReplicaCount;
        return CollectionMapping.Write(await Catalog.CreateAsync(request.Name, spaces, shards, replicas));
    }

    public override async Task<V1.Collection> Get(V1.GetCollectionRequest request, ServerCallContext context)
    {
        var collection = await Catalog.FindAsync(request.Name) ?? throw NotFound(request.Name);
        var written = CollectionMapping.Write(
            collection,
            collection.SplitTo > 0 ? await grains.GetGrain<ISplitGrain>(collection.Id).GetProgressAsync() : null,
            collection.IsRestoring ? await Catalog.GetRestoreAsync(collection.Id) : null);
        if (written.Reencoding is { } reencoding)
        {
            CollectionMapping.Write(await grains.GetGrain<IReencodeGrain>(collection.Id).GetProgressAsync(), reencoding);
            await CountAsync(collection, reencoding, context.CancellationToken);
        }
        return written;
    }

    public override async Task<V1.ListCollectionsResponse> List(V1.ListCollectionsRequest request, ServerCallContext context) =>
        new() { Collections = { (await Catalog.ListAsync()).Select(collection => CollectionMapping.Write(collection)) } };

    public override async Task<V1.Collection> Split(V1.SplitCollectionRequest request, ServerCallContext context) =>
        CollectionMapping.Write(await Catalog.SplitAsync(request.Name));

    public override async Task<V1.Collection> AddSpace(V1.AddSpaceRequest request, ServerCallContext context)
    {
        var collection = await Catalog.FindAsync(request.Name) ?? throw NotFound(request.Name);
        var bundles = await encoders.ListBundlesAsync();
        var space = ReadSpace(request.Space ?? throw ManifoldException.Invalid("space", "the space is missing"), "space", bundles);
        var missing = ModalitiesOf(collection.Spaces[0].Encoder).Except(ModalitiesOf(space.Encoder)).ToArray();
        if (space.Encoder.Length > 0 && missing.Length > 0)
        {
            throw ManifoldException.Invalid(
                "space.encoder", $"bundle \"{space.Encoder}\" does not encode {string.Join(" and ", missing)}, which \"{collection.Spaces[0].Encoder}\" does: such items could not be written any more");
        }
        collection = await Catalog.AddSpaceAsync(request.Name, space, request.Rate);
        cache.Take(collection);
        return CollectionMapping.Write(collection);

        string[] ModalitiesOf(string encoder) => Array.Find(bundles, bundle => bundle.Name == encoder)?.Modalities ?? [];
    }

    public override async Task<V1.Collection> SwitchSpace(V1.SwitchSpaceRequest request, ServerCallContext context)
    {
        var collection = await Catalog.SwitchSpaceAsync(request.Name, request.Space, request.Force);
        cache.Take(collection);
        return CollectionMapping.Write(collection);
    }

    public override async Task<V1.DropCollectionResponse> Drop(V1.DropCollectionRequest request, ServerCallContext context)
    {
        var collection = await Catalog.FindAsync(request.Name) ?? throw NotFound(request.Name);
        cache.Forget(collection);
        await Catalog.DropAsync(request.Name);
        return new V1.DropCollectionResponse();
    }

    private async Task CountAsync(CollectionInfo collection, V1.CollectionReencoding reencoding, CancellationToken cancellationToken)
    {
        try
        {
            (reencoding.Items, reencoding.Encoded) = await coordinator.CountWithAsync(collection, reencoding.Space, cancellationToken);
        }
        catch (ManifoldException e) when (e.Kind is ErrorKind.Unavailable or ErrorKind.Aborted)
        {
            // A shard that cannot be asked at the moment must not hide the rest.
            reencoding.Waiting = reencoding.Waiting.Length > 0 ? reencoding.Waiting : e.Message;
        }
    }

    private static SpaceInfo ReadSpace(V1.Space space, string field, BundleInfo[] bundles)
    {
        var dimension = space.Dimension;
        if (space.Encoder.Length > 0)
        {
            var bundle = Array.Find(bundles, b => b.Name == space.Encoder)
                ?? throw new ManifoldException(
                    ErrorKind.NotFound,
                    $"there is no bundle \"{space.Encoder}\"; there are {(bundles.Length == 0 ? "none" : string.Join(", ", bundles.Select(b => b.Name)))}",
                    $"{field}.encoder");
            if (dimension != 0 && dimension != bundle.Dimension)
            {
                throw ManifoldException.Invalid($"{field}.dimension", $"bundle \"{bundle.Name}\" makes vectors of {bundle.Dimension} dimensions, and {dimension} were asked for");
            }
            dimension = bundle.Dimension;
        }
        return new SpaceInfo(
            space.Name.Length == 0 ? "default" : space.Name, dimension, CollectionMapping.Read(space.Metric, $"{field}.metric"), space.Encoder,
            space.MultiVector, CollectionMapping.Read(space.Precision, $"{field}.precision"), space.CodeBits == SpaceSchema.MaxCodeBits ? 0 : space.CodeBits);
    }

    private static ManifoldException NotFound(string name) => new(ErrorKind.NotFound, $"there is no collection \"{name}\"", "name");
}
