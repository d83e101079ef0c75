namespace Manifold.Shards;

/// <summary>What became of a batch of <see cref="Index.AttributeUpdate"/>s or <see cref="Index.VectorFill"/>s.</summary>
/// <param name="Written">Where it stands, or null where no item could be changed.</param>
/// <param name="Failures">The items that were not changed, by their place in the batch.</param>
public sealed record UpdateResult(WriteResult? Written, IReadOnlyList<UpdateFailure> Failures);

/// <summary>Why an item's attributes were not changed.</summary>
/// <param name="Index">Its place in the batch.</param>
/// <param name="Error">What is wrong with what would come out; null where there is no such item, or nothing to be changed.</param>
public sealed record UpdateFailure(int Index, Manifold.Index.FieldError? Error);
