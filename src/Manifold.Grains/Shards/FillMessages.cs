using System.Runtime.InteropServices;
using Manifold.Index;

namespace Manifold.Grains;

/// <summary>Vectors for items of one shard that have none in a space.</summary>
/// <param name="Space">The space.</param>
/// <param name="Items">The items; each once.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.ShardFill")]
public sealed record ShardFill([property: Id(0)] string Space, [property: Id(1)] ItemFill[] Items);

/// <summary>An item's vectors in a space: see <see cref="VectorFill"/>.</summary>
/// <param name="Id">The item.</param>
/// <param name="Modality">What its content was.</param>
/// <param name="Content">The reference to it.</param>
/// <param name="Vector">Little-endian float32; in a multi-vector space all its vectors.</param>
/// <param name="Places">In a multi-vector space the places of these, as they are in memory; else empty.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.ItemFill")]
public sealed record ItemFill(
    [property: Id(0)] string Id, [property: Id(1)] string Modality, [property: Id(2)] string? Content, [property: Id(3)] byte[] Vector, [property: Id(4)] byte[] Places)
{
    internal static ItemFill Of(Item item, string space) => new(
        item.Id, item.Modality, item.Content, MemoryMarshal.AsBytes(item.Vectors[space].AsSpan()).ToArray(),
        MemoryMarshal.AsBytes(item.Places.GetValueOrDefault(space, []).AsSpan()).ToArray());

    internal VectorFill ToFill(string space) => new(
        Id, Modality, Content, space, MemoryMarshal.Cast<byte, float>(Vector).ToArray(), MemoryMarshal.Cast<byte, Place>(Places).ToArray());
}

/// <summary>Items and their vectors in a space.</summary>
/// <param name="Items">Items.</param>
/// <param name="Filled">Those of them that have a vector in the space.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.SpaceCount")]
public sealed record SpaceCount([property: Id(0)] long Items, [property: Id(1)] long Filled);
