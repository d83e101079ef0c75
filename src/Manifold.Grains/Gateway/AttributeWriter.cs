using System.Diagnostics;
using System.Text;
using Manifold.Index;
using Manifold.Shards;

namespace Manifold.Grains;

/// <summary>The gateway's half of a change of attributes: validates, routes by hash of id and calls the leaders. A bad change fails alone. Thread-safe.</summary>
public sealed class AttributeWriter(ReplicaCalls replicas, CatalogCache collections)
{
    /// <summary>Changes attributes.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="updates">The changes with their places in the caller's batch. Of two of one item the later fails: which of them should win is the caller's to say.</param>
    /// <param name="writer">The writer's identity, or an empty one.</param>
    /// <param name="level">What to wait for.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="ManifoldException">No shard took anything for a reason that is not an item's.</exception>
    public Task<BatchResult> UpdateAsync(
        CollectionInfo collection, IReadOnlyList<(int Index, AttributeUpdate Update)> updates, WriterSequence writer, Acknowledgement level, CancellationToken cancellationToken) =>
        WriteMeasure.RunAsync(collection.Name, "update", updates.Count, () => UpdateAllAsync(collection, updates, writer, level, cancellationToken));

    private async Task<BatchResult> UpdateAllAsync(
        CollectionInfo collection, IReadOnlyList<(int Index, AttributeUpdate Update)> updates, WriterSequence writer, Acknowledgement level, CancellationToken cancellationToken)
    {
        var failures = new List<ItemFailure>();
        var firstOfId = new Dictionary<string, int>(StringComparer.Ordinal);
        var good = new List<(int Index, AttributeUpdate Update)>();
        foreach (var (index, update) in updates)
        {
            if (FindFault(index, update, firstOfId) is { } fault)
            {
                failures.Add(new ItemFailure(index, update.Id, fault));
                continue;
            }
            good.Add((index, update));
        }
        return ShardOutcome.Collect(await UpdateAsync(collection, good, writer, level, Stopwatch.GetTimestamp(), cancellationToken), failures, level);
    }

    private async Task<IReadOnlyList<ShardOutcome>> UpdateAsync(
        CollectionInfo collection, IReadOnlyList<(int Index, AttributeUpdate Update)> updates, WriterSequence writer, Acknowledgement level, long started,
        CancellationToken cancellationToken)
    {
        var outcomes = await Task.WhenAll(updates
            .GroupBy(update => ShardKey.ShardOf(update.Update.Id, collection.ShardCount))
            .Select(shard => UpdateAsync(collection, shard.Key, [.. shard], writer, level, started, cancellationToken)));
        return [.. outcomes.SelectMany(outcome => outcome)];
    }

    private static ManifoldException? FindFault(int index, AttributeUpdate update, Dictionary<string, int> firstOfId)
    {
        if (Encoding.UTF8.GetByteCount(update.Id) is < 1 or > Item.MaxIdBytes)
        {
            return ManifoldException.Invalid($"updates[{index}].id", $"an id has 1 to {Item.MaxIdBytes} bytes of UTF-8");
        }
        if (ItemValidation.Validate(update.Set) is [var error, ..])
        {
            return ManifoldException.Invalid($"updates[{index}].set{error.Field["attributes".Length..]}", error.Message);
        }
        return firstOfId.TryAdd(update.Id, index) ? null : ManifoldException.Invalid($"updates[{index}].id", $"the batch has \"{update.Id}\" before, at updates[{firstOfId[update.Id]}]");
    }

    private async Task<IReadOnlyList<ShardOutcome>> UpdateAsync(
        CollectionInfo collection, int shard, (int Index, AttributeUpdate Update)[] updates, WriterSequence writer, Acknowledgement level, long started,
        CancellationToken cancellationToken)
    {
        try
        {
            var items = Array.ConvertAll(updates, u => new ItemUpdate(u.Update.Id, u.Update.Set.Encoded.ToArray(), [.. u.Update.Remove], u.Update.Clear));
            var update = new ShardUpdate(items, writer.Writer, writer.Sequence, level);
            try
            {
                var answer = await replicas.WriteAsync(collection, shard, grain => grain.UpdateAsync(update, collection.ShardCount, cancellationToken), cancellationToken);
                return [new ShardOutcome(shard, updates.Length, answer.Written, [.. answer.Failures.Select(failure => Failure(collection, updates[failure.Index], failure))], null)];
            }
            catch (ManifoldException e) when (e.Kind == ErrorKind.Aborted)
            {
                var now = await collections.GetChangedAsync(collection, started, cancellationToken);
                return now.Id == collection.Id
                    ? await UpdateAsync(now, updates, writer, level, started, cancellationToken)
                    : throw new ManifoldException(ErrorKind.NotFound, "the collection was dropped", "collection");
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return [ShardOutcome.Refused(shard, updates.Select(u => (u.Index, u.Update.Id)), ErrorTranslation.Translate(e))];
        }
    }

    private static ItemFailure Failure(CollectionInfo collection, (int Index, AttributeUpdate Update) update, UnchangedItem failure) => new(
        update.Index,
        update.Update.Id,
        failure.Field.Length == 0
            ? new ManifoldException(ErrorKind.NotFound, $"collection \"{collection.Name}\" has no item \"{update.Update.Id}\"", $"updates[{update.Index}].id")
            : ManifoldException.Invalid($"updates[{update.Index}].{failure.Field}", failure.Message));
}
