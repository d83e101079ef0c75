using System.IO.Hashing;
using System.Text;
using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace Manifold.Grains;

/// <summary>Puts the ranks of a shard on silos by rendezvous hashing (see <see cref="ShardPlacement"/>).</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ShardPlacementAttribute() : PlacementAttribute(new ShardPlacementStrategy());

/// <summary>The strategy's name for Orleans.</summary>
public sealed class ShardPlacementStrategy : PlacementStrategy;

/// <summary>
/// Where the ranks of a shard belong. Each silo has a weight for each shard, the hash of both names; rank <c>r</c> belongs on the silo with the <c>r</c>-th greatest weight. So a silo
/// that joins or leaves moves only what it gains or had, and no table is needed (Thaler and Ravishankar, 1998). With fewer silos than ranks some share one.
/// </summary>
public sealed class ShardPlacement(IClusterMembershipService membership)
{
    /// <summary>The silo that a rank belongs on.</summary>
    /// <param name="shard">The shard's name.</param>
    /// <param name="rank">The rank.</param>
    /// <param name="silos">The silos that there are; not empty.</param>
    public SiloAddress Choose(string shard, int rank, IReadOnlyCollection<SiloAddress> silos)
    {
        var members = membership.CurrentSnapshot.Members;
        return Order(shard, silos.Select(silo => (Name: members.TryGetValue(silo, out var member) ? member.Name : silo.ToString(), silo))).ElementAt(rank % silos.Count);
    }

    /// <summary>Silos by falling weight for a shard; those of one name by their address.</summary>
    public static IEnumerable<TSilo> Order<TSilo>(string shard, IEnumerable<(string Name, TSilo Silo)> silos)
        where TSilo : IComparable<TSilo> =>
        silos.OrderByDescending(silo => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"{silo.Name}\n{shard}"))).ThenBy(silo => silo.Silo).Select(silo => silo.Silo);
}

/// <summary>Asks <see cref="ShardPlacement"/>.</summary>
internal sealed class ShardPlacementDirector(ShardPlacement placement) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target);
        if (IPlacementDirector.GetPlacementHint(target.RequestContextData, silos) is { } hint)
        {
            return Task.FromResult(hint);
        }
        var key = target.GrainIdentity.Key.ToString()!;
        return Task.FromResult(placement.Choose(ShardKey.Parse(key).Shard, ShardKey.RankOf(key), silos));
    }
}
