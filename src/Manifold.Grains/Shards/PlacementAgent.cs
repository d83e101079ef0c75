using Manifold.Shards;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime.Placement;

namespace Manifold.Grains;

/// <summary>
/// Brings the replicas of all shards to where they belong, on each silo with the shard role: opens at once those that belong here, and hands over those that belong elsewhere once
/// membership has settled, followers first, and a leader only to a silo that has caught up.
/// </summary>
public sealed partial class PlacementAgent(
    IGrainFactory grains, IClusterMembershipService membership, ShardPlacement placement, LocalReplicas replicas, ShardHost shards, SiloRolesReader roles, ILocalSiloDetails silo,
    PlacementOptions options, ILogger<PlacementAgent> logger) : BackgroundService
{
    /// <summary>Replicas that are opened at once.</summary>
    private const int OpensAtOnce = 4;

    private volatile IReadOnlyList<string>? _expected;
    private HashSet<string> _unused = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var version = MembershipVersion.MinValue;
            while (true)
            {
                // A silo that is gone has left leaders behind: they are not to wait for the settling.
                await TryAsync(() => OpenAsync(stoppingToken));
                version = await SettleAsync(version, stoppingToken);
                await TryAsync(() => HandOverAsync(stoppingToken));
                await TryAsync(() => CloseUnusedAsync(stoppingToken));
                await ChangeAsync(version, options.Period, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    /// <summary>A silo that stops hands over what it has before it leaves: to the silos that are next in the order of each shard.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.Leave);
        var others = ShardSilos().Where(other => !other.Equals(silo.SiloAddress)).ToArray();
        if (others.Length == 0)
        {
            return;
        }
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = OpensAtOnce, CancellationToken = patience.Token };
        await TryAsync(() => Parallel.ForEachAsync(replicas.All.OrderByDescending(replica => ShardKey.RankOf(replica.Key)), parallel, async (replica, _) =>
        {
            var (collectionId, shard) = ShardKey.Parse(replica.Key);
            await TryAsync(() => HandOverAsync(replica.Value, replica.Key, collectionId, shard, placement.Choose(shard, ShardKey.RankOf(replica.Key), others)));
        }));
    }

    /// <summary>Waits until membership has stayed as it is for the settle time. It is settled at first: this silo has only just joined.</summary>
    private async Task<MembershipVersion> SettleAsync(MembershipVersion known, CancellationToken cancellationToken)
    {
        while (true)
        {
            var version = membership.CurrentSnapshot.Version;
            if (version == known || !await ChangeAsync(version, options.Settle, cancellationToken))
            {
                return version;
            }
            await TryAsync(() => OpenAsync(cancellationToken));
        }
    }

    /// <returns>Whether membership changed within the time.</returns>
    private async Task<bool> ChangeAsync(MembershipVersion known, TimeSpan within, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(within);
        try
        {
            await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(patience.Token))
            {
                if (snapshot.Version > known)
                {
                    return true;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It stayed as it is.
        }
        return false;
    }

    /// <summary>Opens the replicas that belong here, leaders first; one that is still elsewhere is left there.</summary>
    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        var mine = await FindMissingAsync();
        _expected = mine;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = OpensAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(mine, parallel, async (key, _) =>
        {
            try
            {
                await grains.GetGrain<IShardGrain>(key).OpenAsync();
            }
            catch (Exception e)
            {
                LogNotOpened(logger, key, ErrorTranslation.Translate(e).Message);
            }
        });
    }

    /// <summary>
    /// Keys of the replicas that belong here and are not here yet, as of the last change of membership: those of a collection that was created since open when they are asked for.
    /// <c>null</c> until it was looked for the first time.
    /// </summary>
    public IReadOnlyList<string>? Missing => _expected?.Where(key => !replicas.Contains(key)).ToList();

    private async Task<IReadOnlyList<string>> FindMissingAsync()
    {
        var silos = ShardSilos();
        if (silos.Length == 0)
        {
            return [];
        }
        var collections = await grains.GetGrain<ICatalogGrain>(0).ListAsync();
        return
        [
            .. collections.SelectMany(collection => Enumerable.Range(0, collection.ReplicaCount).SelectMany(rank => Enumerable.Range(0, collection.PlacedShards)
                    .Select(shard => (Key: ShardKey.Format(collection.Id, shard, rank), Rank: rank))))
                .Where(replica => placement.Choose(ShardKey.Parse(replica.Key).Shard, replica.Rank, silos).Equals(silo.SiloAddress) && !replicas.Contains(replica.Key))
                .OrderBy(replica => replica.Rank)
                .Select(replica => replica.Key),
        ];
    }

    /// <summary>Hands over the replicas that belong elsewhere, followers first.</summary>
    private async Task HandOverAsync(CancellationToken cancellationToken)
    {
        var silos = ShardSilos();
        if (silos.Length == 0)
        {
            return;
        }
        foreach (var (key, grain) in replicas.All.OrderByDescending(replica => ShardKey.RankOf(replica.Key)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (collectionId, shard) = ShardKey.Parse(key);
            var place = placement.Choose(shard, ShardKey.RankOf(key), silos);
            if (!place.Equals(silo.SiloAddress))
            {
                await TryAsync(() => HandOverAsync(grain, key, collectionId, shard, place));
            }
        }
    }

    /// <summary>Closes shards that are open here and of which no rank is: one that was made ready for a replica that then went elsewhere. Those that it finds the second time: a replica may be on its way.</summary>
    private async Task CloseUnusedAsync(CancellationToken cancellationToken)
    {
        var unused = shards.OpenShards.Where(shard => !replicas.HasAny(shard)).ToHashSet(StringComparer.Ordinal);
        foreach (var shard in unused.Intersect(_unused).ToArray())
        {
            await shards.CloseAsync(shard, cancellationToken);
            unused.Remove(shard);
            LogClosed(logger, shard);
        }
        _unused = unused;
    }

    private async Task HandOverAsync(IShardGrain grain, string key, string collectionId, string shard, SiloAddress place)
    {
        // The other silo reads what there is to read while this one still answers.
        RequestContext.Set(IPlacementDirector.PlacementHintKey, place);
        ReplicaApplied warmed;
        try
        {
            warmed = await grains.GetGrain<IReplicaWarmupGrain>($"{shard}@{place.ToParsableString()}").WarmAsync(collectionId, shard);
        }
        finally
        {
            RequestContext.Remove(IPlacementDirector.PlacementHintKey);
        }
        if (!warmed.Silo.Equals(place))
        {
            return;
        }
        await grain.MoveAsync(place);
        var opened = await grain.OpenAsync();
        LogHandedOver(logger, key, opened.Silo, opened.Position);
    }

    private SiloAddress[] ShardSilos() =>
        [.. membership.CurrentSnapshot.Members.Values.Where(member => member.Status == SiloStatus.Active && roles.Of(member.SiloAddress).HasFlag(SiloRoles.Shard)).Select(member => member.SiloAddress)];

    private async Task TryAsync(Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Nothing but time depends on it: replicas are opened by the calls for them as well.
            LogFailed(logger, ErrorTranslation.Translate(e).Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Replica {Replica} cannot be opened: {Reason}")]
    private static partial void LogNotOpened(ILogger logger, string replica, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Replica {Replica} is handed over to {Silo}, at position {Position}.")]
    private static partial void LogHandedOver(ILogger logger, string replica, SiloAddress silo, long position);

    [LoggerMessage(Level = LogLevel.Information, Message = "Shard {Shard} is closed here: none of its replicas came.")]
    private static partial void LogClosed(ILogger logger, string shard);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Placing replicas: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
