using System.Net;
using Manifold.Encoders;
using Manifold.Grains;
using Manifold.Shards;
using Manifold.Storage;

namespace Manifold.Server;

/// <summary>Everything a server can be told, bound from the section <c>Manifold</c>: <c>Manifold__Port=6810</c>, …</summary>
public sealed record ServerOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Manifold";

    /// <summary>The address to listen on. Nothing listens beyond loopback until it is told to.</summary>
    public string Listen { get; init; } = "127.0.0.1";

    /// <summary>gRPC over HTTP/2; 0: a free port.</summary>
    public int Port { get; init; } = 6810;

    /// <summary>HTTP/1.1 for health; not set: <see cref="Port"/> + 1 (a free one when that is 0); 0: off.</summary>
    public int? HttpPort { get; init; }

    /// <summary>Whether traces run from grain to grain and from silo to silo; not set: where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is. The same for all silos of a cluster.</summary>
    public bool? Tracing { get; init; }

    /// <summary>Whether the management port has Orleans' dashboard at <c>/dashboard</c>. It shows every silo that has it on, and keeps count of each grain call.</summary>
    public bool OrleansDashboard { get; init; }

    /// <summary>Where everything is kept. Created when it is not there.</summary>
    public string Data { get; init; } = "manifold-data";

    /// <summary>Where segments are kept: a folder, or <c>s3://bucket/prefix?endpoint=URL&amp;region=NAME</c>. Empty: the folder <c>segments</c> in <see cref="Data"/>.</summary>
    public string SegmentStore { get; init; } = "";

    /// <summary>Local copies of segments that are kept beyond this machine.</summary>
    public SegmentCacheSettings SegmentCache { get; init; } = new();

    /// <summary>Where snapshots may be made and read: what a store's URI or path must begin with. Empty: anywhere that this process may write.</summary>
    public IReadOnlyList<string> SnapshotRoots { get; init; } = [];

    /// <summary>What this silo hosts, separated by commas: shard, encoder, gateway. Empty: all.</summary>
    public string Roles { get; init; } = "";

    /// <summary>The silo's name in its cluster, the same whenever it starts again: which shards it holds goes by it. Empty: the machine's name and <see cref="Port"/>.</summary>
    public string Name { get; init; } = "";

    /// <summary>Shards of a collection that names no number; not set: 1 alone, 16 in a cluster.</summary>
    public int? DefaultShardCount { get; init; }

    /// <summary>Replicas of a collection that names no number; not set: 1 alone, 2 in a cluster.</summary>
    public int? DefaultReplicaCount { get; init; }

    /// <summary>A cluster's shard logs.</summary>
    public RedisSettings Redis { get; init; } = new();

    /// <summary>How a gateway asks the replicas of a shard.</summary>
    public CoordinatorOptions Coordinator { get; init; } = new();

    /// <summary>When replicas move.</summary>
    public PlacementOptions Placement { get; init; } = new();

    /// <summary>How silos of a cluster find out that one is gone.</summary>
    public MembershipSettings Membership { get; init; } = new();

    /// <summary>Limits of single calls.</summary>
    public LimitOptions Limits { get; init; } = new();

    /// <summary>What is kept of items' content, and what silos may read again.</summary>
    public ContentOptions Content { get; init; } = new();

    /// <summary>How shards behave.</summary>
    public ShardOptions Shards { get; init; } = new();

    /// <summary>A folder of bundles that need not be there, nor hold any: where <c>manifold bundles import</c> and <c>pull</c> put them. Empty: none.</summary>
    public string BundleLibrary { get; init; } = "";

    /// <summary>How encoders behave.</summary>
    public EncoderOptions Encoders { get; init; } = new();

    /// <summary>All that is wrong, each naming its key, the value and what is allowed; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        if (!IPAddress.TryParse(Listen, out _))
        {
            yield return $"{Section}:Listen is \"{Listen}\"; it must be an IP address, such as 127.0.0.1 or 0.0.0.0.";
        }
        if (Port is < 0 or > 65535)
        {
            yield return $"{Section}:Port is {Port}; it must be between 0 and 65535.";
        }
        if (HttpPort is < 0 or > 65535)
        {
            yield return $"{Section}:HttpPort is {HttpPort}; it must be between 0 and 65535.";
        }
        if (HttpPort is null && Port == 65535)
        {
            yield return $"{Section}:HttpPort is not set, and the port after {Section}:Port, 65536, is none; set it, or to 0 for none.";
        }
        if (HttpPort is > 0 && HttpPort == Port)
        {
            yield return $"{Section}:HttpPort is {HttpPort}, which is Manifold:Port too; without TLS one port cannot serve both HTTP/2 and HTTP/1.1.";
        }
        if (string.IsNullOrWhiteSpace(Data))
        {
            yield return $"{Section}:Data is empty; it must name a folder.";
        }
        if (CheckSegmentStore() is { } wrong)
        {
            yield return wrong;
        }
        if (ParseRoles() == SiloRoles.None)
        {
            yield return $"{Section}:Roles is \"{Roles}\"; it must be some of shard, encoder and gateway, separated by commas.";
        }
        if (Name.Length > 200 || Name.Any(char.IsControl))
        {
            yield return $"{Section}:Name is \"{Name}\"; it must have at most 200 characters, and none that cannot be seen.";
        }
        if (DefaultShardCount is < 1 or > CollectionRules.MaxShards)
        {
            yield return $"{Section}:DefaultShardCount is {DefaultShardCount}; it must be between 1 and {CollectionRules.MaxShards}.";
        }
        if (DefaultReplicaCount is < 1 or > CollectionRules.MaxReplicas)
        {
            yield return $"{Section}:DefaultReplicaCount is {DefaultReplicaCount}; it must be between 1 and {CollectionRules.MaxReplicas}.";
        }
        foreach (var error in SegmentCache.Validate($"{Section}:SegmentCache").Concat(Redis.Validate($"{Section}:Redis")).Concat(Membership.Validate($"{Section}:Membership")).Concat(Coordinator.Validate($"{Section}:Coordinator")).Concat(Placement.Validate($"{Section}:Placement")).Concat(Limits.Validate($"{Section}:Limits")).Concat(Content.Validate($"{Section}:Content")).Concat(Shards.Validate($"{Section}:Shards")).Concat(EncoderOptionsValidator.Validate(Encoders)))
        {
            yield return error;
        }
    }

    /// <summary><see cref="Name"/>, or what stands for it.</summary>
    public string SiloName => Name.Length > 0 ? Name : $"{Environment.MachineName}:{Port}";

    /// <summary>The store of segments that is asked for.</summary>
    /// <exception cref="FormatException">It is none; names the key.</exception>
    public SegmentStoreUri ParseSegmentStore() =>
        SegmentStoreUri.Parse(SegmentStore.Length > 0 ? SegmentStore : Path.Combine(Path.GetFullPath(Data), "segments"), $"{Section}:{nameof(SegmentStore)}");

    /// <summary>The roles; <see cref="SiloRoles.None"/> when they cannot be read.</summary>
    public SiloRoles ParseRoles()
    {
        var roles = SiloRoles.None;
        foreach (var name in Roles.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Enum.TryParse<SiloRoles>(name, ignoreCase: true, out var role) || role is not (SiloRoles.Shard or SiloRoles.Encoder or SiloRoles.Gateway))
            {
                return SiloRoles.None;
            }
            roles |= role;
        }
        return roles == SiloRoles.None && string.IsNullOrWhiteSpace(Roles) ? SiloRoles.All : roles;
    }

    private string? CheckSegmentStore()
    {
        try
        {
            _ = SegmentStore.Length > 0 ? ParseSegmentStore() : null;
            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }
}
