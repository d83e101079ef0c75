using Manifold.Encoders;
using Manifold.Shards;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Orleans.Placement;
using Orleans.Runtime.Hosting;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Storage;

namespace Manifold.Grains;

/// <summary>Puts Manifold's grains into a silo.</summary>
public static class ManifoldGrainsExtensions
{
    /// <summary>
    /// Registers the roles, the grains' services and the grain storage over <paramref name="storage"/>. The caller owns what it hands over.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="roles">What it hosts.</param>
    /// <param name="storage">Where shards and grain state are kept.</param>
    /// <param name="options">How shards behave.</param>
    /// <param name="encoders">The silo's encoders; <c>null</c> without the encoder role.</param>
    /// <param name="isReplicated">Whether other silos may hold the same shards.</param>
    /// <param name="isTraced">Whether one trace runs through all grains that a call meets. Each call of a grain pays for it, also when nobody looks.</param>
    public static ISiloBuilder AddManifold(
        this ISiloBuilder silo, SiloRoles roles, SiloStorage storage, ShardOptions options, EncoderPool? encoders, bool isReplicated = false, bool isTraced = false)
    {
        if (isTraced)
        {
            silo.AddActivityPropagation();
        }
        silo.UseSiloMetadata(new Dictionary<string, string> { [RoleFilterDirector.MetadataKey] = roles.ToString() });

        // Transient: with a singleton, grains landed on wrong silos without an error.
        silo.Services.AddPlacementFilter<RoleFilterStrategy, RoleFilterDirector>(ServiceLifetime.Transient);
        if (storage.Documents is { } documents)
        {
            silo.Services.AddGrainStorage(ManifoldStorage.Name, (_, _) => new FileGrainStorage(documents));
        }
        silo.Services.AddSingleton(services => new ShardServices(
            storage.Logs,
            storage.Segments,
            new GrainStorageDocuments(services.GetRequiredKeyedService<IGrainStorage>(ManifoldStorage.Name)),
            options,
            services.GetRequiredService<ILogger<ShardEngine>>())
        { Snapshots = storage.Snapshots });
        silo.Services.AddPlacementDirector<ShardPlacementStrategy, ShardPlacementDirector>();
        silo.Services.AddSingleton<ShardPlacement>();
        silo.Services.AddSingleton<LocalReplicas>();
        silo.Services.TryAddSingleton(new PlacementOptions());
        if (roles.HasFlag(SiloRoles.Shard))
        {
            silo.Services.AddSingleton<PlacementAgent>();
            silo.Services.AddHostedService(services => services.GetRequiredService<PlacementAgent>());
            silo.Services.AddHostedService<ReplicaWatch>();
        }
        silo.Services.AddSingleton(services => new ShardHost(services.GetRequiredService<ShardServices>(), isReplicated));
        silo.Services.AddSingleton(_ => new RecallSampler(options.RecallSamplingShare, options.RecallSamplingTime));
        silo.Services.AddSingleton(services => new SearchThreads(options.SearchThreads, services.GetRequiredService<RecallSampler>()));
        if (encoders is not null)
        {
            silo.Services.AddSingleton(encoders);
        }
        silo.Services.AddSingleton<SiloRolesReader>();
        silo.Services.AddSingleton<CatalogCache>();
        silo.Services.AddSingleton<EncoderClient>();
        silo.Services.TryAddSingleton(new CoordinatorOptions());
        silo.Services.TryAddSingleton(new ContentOptions());
        silo.Services.AddSingleton<StoredContent>();
        silo.Services.AddSingleton<ReplicaCalls>();
        silo.Services.AddSingleton<Coordinator>();
        silo.Services.AddSingleton<ReplicaAudit>();
        silo.Services.AddSingleton<ItemWriter>();
        silo.Services.AddSingleton<AttributeWriter>();
        return silo;
    }
}
