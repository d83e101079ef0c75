using Microsoft.Extensions.DependencyInjection;
using Orleans.Metadata;
using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Manifold.Grains;

/// <summary>Keeps a grain class to silos of one role, whoever calls it.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal abstract class RoleFilterAttribute(SiloRoles role, int order) : PlacementFilterAttribute(new RoleFilterStrategy(role, order));

/// <summary>Hosted by silos with the shard role.</summary>
internal sealed class ShardRoleAttribute() : RoleFilterAttribute(SiloRoles.Shard, 1);

/// <summary>Hosted by silos with the encoder role.</summary>
internal sealed class EncoderRoleAttribute() : RoleFilterAttribute(SiloRoles.Encoder, 1);

/// <summary>Hosted by silos with the gateway role.</summary>
internal sealed class GatewayRoleAttribute() : RoleFilterAttribute(SiloRoles.Gateway, 1);

/// <summary>The filter's setting: which role.</summary>
public sealed class RoleFilterStrategy : PlacementFilterStrategy
{
    private const string RoleProperty = "manifold.role";

    /// <summary>For Orleans, which fills it by <see cref="Initialize"/>.</summary>
    public RoleFilterStrategy()
        : this(SiloRoles.None, 0)
    {
    }

    internal RoleFilterStrategy(SiloRoles role, int order)
        : base(order) => Role = role;

    internal SiloRoles Role { get; private set; }

    public override void AdditionalInitialize(GrainProperties properties) =>
        Role = Enum.Parse<SiloRoles>(GetPlacementFilterGrainProperty(RoleProperty, properties)!);

    protected override IEnumerable<KeyValuePair<string, string>> GetAdditionalGrainProperties(
        IServiceProvider services, Type grainClass, GrainType grainType, IReadOnlyDictionary<string, string> existingProperties) =>
        [new(RoleProperty, Role.ToString())];
}

/// <summary>Keeps the silos whose metadata name the role.</summary>
internal sealed class RoleFilterDirector(SiloRolesReader roles) : IPlacementFilterDirector
{
    public const string MetadataKey = "manifold.roles";

    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementFilterContext context, IEnumerable<SiloAddress> silos)
    {
        var role = ((RoleFilterStrategy)filterStrategy).Role;
        return silos.Where(silo => roles.Of(silo).HasFlag(role));
    }
}
