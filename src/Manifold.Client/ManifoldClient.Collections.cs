using V1 = Manifold.Protocol.V1;

namespace Manifold.Client;

public sealed partial class ManifoldClient
{
    /// <summary>Creates a collection. Creating the same one again succeeds; AlreadyExists if there is one of that name with other settings.</summary>
    /// <param name="name">1 to 64 of letters, digits, "-" and "_".</param>
    /// <param name="space">Its only space; for several use the other overload.</param>
    /// <param name="shardCount">1 to 1,024; 0 for the server's default.</param>
    /// <param name="replicaCount">1 to 5 serving copies of each shard; 0 for the server's default.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<CollectionInfo> CreateCollectionAsync(
        string name, Space space, int shardCount = 0, int replicaCount = 0, CancellationToken cancellationToken = default) =>
        CreateCollectionAsync(name, [space], shardCount, replicaCount, cancellationToken);

    /// <inheritdoc cref="CreateCollectionAsync(string, Space, int, int, CancellationToken)"/>
    /// <param name="name">1 to 64 of letters, digits, "-" and "_".</param>
    /// <param name="spaces">At least one; the first is the one that searches use when they name none.</param>
    /// <param name="shardCount">1 to 1,024; 0 for the server's default.</param>
    /// <param name="replicaCount">1 to 5 serving copies of each shard; 0 for the server's default.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<CollectionInfo> CreateCollectionAsync(
        string name, IReadOnlyList<Space> spaces, int shardCount = 0, int replicaCount = 0, CancellationToken cancellationToken = default)
    {
        var request = new V1.CreateCollectionRequest { Name = name, ShardCount = shardCount, ReplicaCount = replicaCount };
        request.Spaces.AddRange(spaces.Select(WireMapping.ToWire));
        return WireMapping.FromWire(await InvokeAsync(o => _collections.CreateAsync(request, o), cancellationToken));
    }

    /// <summary>A collection's settings; NotFound if there is none of that name.</summary>
    public async Task<CollectionInfo> GetCollectionAsync(string name, CancellationToken cancellationToken = default)
    {
        var request = new V1.GetCollectionRequest { Name = name };
        return WireMapping.FromWire(await InvokeAsync(o => _collections.GetAsync(request, o), cancellationToken));
    }

    /// <summary>All collections.</summary>
    public async Task<IReadOnlyList<CollectionInfo>> ListCollectionsAsync(CancellationToken cancellationToken = default)
    {
        var response = await InvokeAsync(o => _collections.ListAsync(new(), o), cancellationToken);
        return [.. response.Collections.Select(WireMapping.FromWire)];
    }

    /// <summary>
    /// Begins to split each shard of a collection in two, or says that it is under way; reads and writes go on. <see cref="GetCollectionAsync"/> tells how far it has come:
    /// it is done when <see cref="CollectionInfo.Split"/> is null again.
    /// </summary>
    /// <param name="name">The collection. NotFound if there is none of that name; InvalidArgument if it would have more than 1,024 shards.</param>
    /// <param name="cancellationToken">Ends the call; the split goes on.</param>
    public async Task<CollectionInfo> SplitCollectionAsync(string name, CancellationToken cancellationToken = default)
    {
        // Not repeated by itself: the first call may have been done, and the split over, when the second begins another.
        var request = new V1.SplitCollectionRequest { Name = name };
        return WireMapping.FromWire(await InvokeAsync(o => _collections.SplitAsync(request, o), cancellationToken, retry: false));
    }

    /// <summary>
    /// Adds a space that a bundle fills, and begins to encode the items that are there for it; reads and writes go on, and searches that name no space go where they went before.
    /// <see cref="GetCollectionAsync"/> tells how far it has come. Adding the same space again takes the rate, and looks once more at the items that have no vector in it.
    /// </summary>
    /// <param name="name">The collection. NotFound if there is none of that name; FailedPrecondition while it is split, restored, or encoded for another space.</param>
    /// <param name="space">The space, with an <see cref="Space.Encoder"/>. AlreadyExists if there is one of that name with other settings.</param>
    /// <param name="rate">Items a second at most that are encoded again; 0: as fast as it goes.</param>
    /// <param name="cancellationToken">Ends the call; the encoding goes on.</param>
    public async Task<CollectionInfo> AddSpaceAsync(string name, Space space, double rate = 0, CancellationToken cancellationToken = default)
    {
        var request = new V1.AddSpaceRequest { Name = name, Space = WireMapping.ToWire(space), Rate = rate };
        return WireMapping.FromWire(await InvokeAsync(o => _collections.AddSpaceAsync(request, o), cancellationToken));
    }

    /// <summary>Makes a space the one that searches go to when they name none.</summary>
    /// <param name="name">The collection. FailedPrecondition while its items are encoded for the space.</param>
    /// <param name="space">The space.</param>
    /// <param name="force">Also while they are: searches do not find the others.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<CollectionInfo> SwitchSpaceAsync(string name, string space, bool force = false, CancellationToken cancellationToken = default)
    {
        var request = new V1.SwitchSpaceRequest { Name = name, Space = space, Force = force };
        return WireMapping.FromWire(await InvokeAsync(o => _collections.SwitchSpaceAsync(request, o), cancellationToken));
    }

    /// <summary>Deletes a collection and all its items. Never retried: NotFound on a second try would hide that the first one worked.</summary>
    public async Task DropCollectionAsync(string name, CancellationToken cancellationToken = default)
    {
        var request = new V1.DropCollectionRequest { Name = name };
        await InvokeAsync(o => _collections.DropAsync(request, o), cancellationToken, retry: false);
    }
}
