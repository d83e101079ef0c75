using System.Text.Json.Serialization;
using Manifold.Index;
using Manifold.Shards;

namespace Manifold.Grains;

/// <summary>A collection, as the catalog keeps it.</summary>
/// <param name="Name">The name that users gave.</param>
/// <param name="Id">Unique for ever, also among collections of one name: what shards, logs and segments are named after.</param>
/// <param name="Spaces">Its vector columns; the first is the default.</param>
/// <param name="ShardCount">Hash partitions.</param>
/// <param name="Created">When it was created.</param>
/// <param name="ReplicaCount">Serving copies of each shard, on as many silos where there are.</param>
/// <param name="SplitTo">While its shards are being split, how many there will be; else 0.</param>
/// <param name="CreatedShards">How many it was created with, where there are more by now; else 0.</param>
/// <param name="SchemaVersion">How often it got a space: writers and shards say to each other which they know.</param>
/// <param name="CreatedSpaces">The spaces that it was created with, where they are others, or in another order, by now; else <c>null</c>.</param>
/// <param name="Reencoding">The last time that items got vectors of a space from their content; <c>null</c> for never.</param>
/// <param name="RestoredFrom">While it is being restored from a snapshot, where that is; else <c>null</c>.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.collection")]
public sealed record CollectionInfo(
    [property: Id(0)] string Name,
    [property: Id(1)] string Id,
    [property: Id(2)] SpaceInfo[] Spaces,
    [property: Id(3)] int ShardCount,
    [property: Id(4)] DateTimeOffset Created,
    [property: Id(5)] int ReplicaCount = 1,
    [property: Id(6)] int SplitTo = 0,
    [property: Id(7)] int CreatedShards = 0,
    [property: Id(8)] SnapshotPlaceInfo? RestoredFrom = null,
    [property: Id(9)] int SchemaVersion = 0,
    [property: Id(10)] SpaceInfo[]? CreatedSpaces = null,
    [property: Id(11)] ReencodingInfo? Reencoding = null)
{
    /// <summary>Whether its shards are being restored: until then it cannot be used.</summary>
    [JsonIgnore]
    public bool IsRestoring => RestoredFrom is not null;

    /// <summary>Shards that are somewhere: those that are being split off as well.</summary>
    [JsonIgnore]
    public int PlacedShards => Math.Max(ShardCount, SplitTo);

    /// <summary>What a shard is told of itself; <c>null</c> where there is no such shard.</summary>
    /// <param name="shard">Its name.</param>
    public ShardDefinition? Define(string shard)
    {
        var number = ShardKey.NumberOf(shard);
        var definition = new ShardDefinition(shard, SchemasOf(CreatedSpaces ?? Spaces)) { ShardCount = ShardCount, Collection = Name, Snapshot = RestoredFrom?.ToPlace() };
        return number < ShardCount ? definition
            : number < SplitTo ? definition with
            {
                Spaces = Schemas,
                SchemaVersion = SchemaVersion,
                ShardCount = SplitTo,
                Parent = new ShardParent($"{Id}/{number - ShardCount}", SplitTo),
            }
            : null;
    }

    /// <summary>What the index needs of its spaces.</summary>
    [JsonIgnore]
    public IReadOnlyList<SpaceSchema> Schemas => SchemasOf(Spaces);

    /// <summary>Its space of that name; <c>null</c> where it has none.</summary>
    public SpaceInfo? FindSpace(string name) => Array.Find(Spaces, s => s.Name == name);

    /// <summary>The space of that name, the first for an empty one.</summary>
    /// <exception cref="ManifoldException">There is none.</exception>
    public SpaceInfo Space(string name, string field) =>
        name.Length == 0
            ? Spaces[0]
            : FindSpace(name)
                ?? throw ManifoldException.Invalid(field, $"collection \"{Name}\" has no space \"{name}\"; it has {string.Join(", ", Spaces.Select(s => s.Name))}");

    private static SpaceSchema[] SchemasOf(SpaceInfo[] spaces) => Array.ConvertAll(spaces, s => s.ToSchema());
}

/// <summary>Where a snapshot is, or a shard's part of it.</summary>
/// <param name="Store">The URI of its store.</param>
/// <param name="Prefix">What the names of its objects begin with.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.SnapshotPlace")]
public sealed record SnapshotPlaceInfo([property: Id(0)] string Store, [property: Id(1)] string Prefix)
{
    internal SnapshotPlace ToPlace() => new(Store, Prefix);
}
