using Manifold.Index;
using Manifold.Shards;

namespace Manifold.Grains;

/// <summary>Changes of attributes for one shard.</summary>
/// <param name="Updates">The changes; each item once.</param>
/// <param name="Writer">The writer's identity; empty for none.</param>
/// <param name="Sequence">Its sequence number.</param>
/// <param name="Level">What to wait for.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.ShardUpdate")]
public sealed record ShardUpdate(
    [property: Id(0)] ItemUpdate[] Updates, [property: Id(1)] string Writer, [property: Id(2)] long Sequence, [property: Id(3)] Acknowledgement Level);

/// <summary>A change of one item's attributes: see <see cref="AttributeUpdate"/>.</summary>
/// <param name="Id">The item.</param>
/// <param name="Set">The attributes that are set, in their binary form.</param>
/// <param name="Remove">Attributes that go.</param>
/// <param name="Clear">Whether all others go.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.ItemUpdate")]
public sealed record ItemUpdate([property: Id(0)] string Id, [property: Id(1)] byte[] Set, [property: Id(2)] string[] Remove, [property: Id(3)] bool Clear)
{
    internal AttributeUpdate ToUpdate() => new(Id, Attributes.Decode(Set), Remove, Clear);
}

/// <summary>What became of <see cref="ShardUpdate"/>.</summary>
/// <param name="Written">Where it stands, or <c>null</c> where no item could be changed.</param>
/// <param name="Failures">The items that were not changed.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.ShardUpdated")]
public sealed record ShardUpdated([property: Id(0)] ShardWritten? Written, [property: Id(1)] UnchangedItem[] Failures);

/// <summary>Why an item's attributes were not changed.</summary>
/// <param name="Index">Its place in <see cref="ShardUpdate.Updates"/>.</param>
/// <param name="Field">The attribute at fault; empty where there is no such item.</param>
/// <param name="Message">What is wrong with what would come out.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.UnchangedItem")]
public sealed record UnchangedItem([property: Id(0)] int Index, [property: Id(1)] string Field, [property: Id(2)] string Message);
