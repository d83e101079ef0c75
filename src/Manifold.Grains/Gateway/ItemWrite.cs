using Manifold.Index;
using Manifold.Shards;

namespace Manifold.Grains;

/// <summary>An item to write: with vectors, or with content that encoders turn into vectors, or both for different spaces.</summary>
/// <param name="Index">Its place in the caller's batch.</param>
/// <param name="Item">The item; its vectors may be filled from the content.</param>
/// <param name="Content">The content, or <c>null</c>.</param>
public sealed record ItemWrite(int Index, Item Item, EncodeContent? Content);

/// <summary>Why an item of a batch was not written.</summary>
/// <param name="Index">Its place in the batch.</param>
/// <param name="Id">Its id.</param>
/// <param name="Error">What is wrong; the field is a path from the request's root.</param>
public sealed record ItemFailure(int Index, string Id, ManifoldException Error);

/// <summary>What became of a batch.</summary>
/// <param name="Written">How many items were written.</param>
/// <param name="Failures">The others, by index.</param>
/// <param name="Positions">Where the write stands in each shard that it touched.</param>
/// <param name="Level">The level that all of it reached.</param>
public sealed record BatchResult(int Written, IReadOnlyList<ItemFailure> Failures, IReadOnlyDictionary<int, long> Positions, Acknowledgement Level);

/// <summary>The identity of a write that may be repeated.</summary>
/// <param name="Writer">The writer's name, at most 64 bytes of UTF-8; empty for none.</param>
/// <param name="Sequence">Its sequence number, from 1.</param>
public readonly record struct WriterSequence(string Writer, long Sequence);
