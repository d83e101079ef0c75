using Orleans.Runtime;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace Manifold.Grains;

/// <summary>Tells which roles a silo has. Thread-safe.</summary>
public sealed class SiloRolesReader(ISiloMetadataCache metadata)
{
    /// <returns>The role names in lower case; empty for a silo that is not known (yet).</returns>
    public IReadOnlyList<string> Read(SiloAddress silo)
    {
        var roles = Of(silo);
        return [.. new[] { SiloRoles.Shard, SiloRoles.Encoder, SiloRoles.Gateway }
            .Where(role => roles.HasFlag(role))
            .Select(role => role.ToString().ToLowerInvariant())];
    }

    internal SiloRoles Of(SiloAddress silo) =>
        metadata.GetSiloMetadata(silo).Metadata.TryGetValue(RoleFilterDirector.MetadataKey, out var roles)
        && Enum.TryParse<SiloRoles>(roles, out var has)
            ? has
            : SiloRoles.None;
}
