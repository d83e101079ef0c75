using System.Diagnostics;
using System.Text;
using Manifold.Index;
using Manifold.Shards;

namespace Manifold.Grains;

/// <summary>
/// The gateway's half of a write: encodes content, validates, routes by hash of id and calls the leaders. A bad item fails alone. Thread-safe.
/// </summary>
public sealed class ItemWriter(ReplicaCalls replicas, CatalogCache collections, EncoderClient encoders, StoredContent contents)
{
    /// <summary>
    /// A batch waits this long in the gateway for room in the encoders' queues, so that bulk writers are held back rather than refused; a search is refused
    /// at once.
    /// </summary>
    private static readonly TimeSpan EncoderPatience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Turns items into batches for shards: everything that a write needs before its place in the order matters. Of two items with one id, the later
    /// fails: which of them should win is the caller's to say.
    /// </summary>
    /// <exception cref="ManifoldException">
    /// Nothing can be written for a reason that is not an item's; also when an item of a sequenced write could not be encoded at the moment, since a repetition
    /// under the same number must be of the same items.
    /// </exception>
    public async Task<PreparedWrite> PrepareUpsertAsync(
        CollectionInfo collection, IReadOnlyList<ItemWrite> writes, WriterSequence writer, CancellationToken cancellationToken)
    {
        var prepared = new PreparedWrite(collection, writer);
        var schemas = collection.Schemas;
        var firstOfId = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (index, item, failure) in await EncodeAsync(collection, writes, cancellationToken))
        {
            if (failure is not null)
            {
                if (writer.Writer.Length > 0 && failure.Kind != ErrorKind.InvalidArgument)
                {
                    throw failure;
                }
                prepared.Fail(index, item.Id, failure);
            }
            else if (ItemValidation.Validate(item, schemas) is [var error, ..])
            {
                prepared.Fail(index, item.Id, ManifoldException.Invalid($"items[{index}].item.{error.Field}", error.Message));
            }
            else if (!firstOfId.TryAdd(item.Id, index))
            {
                var message = $"the batch has \"{item.Id}\" before, at items[{firstOfId[item.Id]}]";
                prepared.Fail(index, item.Id, ManifoldException.Invalid($"items[{index}].item.id", message));
            }
            else
            {
                prepared.Upsert(index, ItemValidation.Normalize(item, schemas));
            }
        }
        return prepared;
    }

    /// <summary>Turns ids into batches of deletions.</summary>
    /// <exception cref="ManifoldException">InvalidArgument: an id that no item can have.</exception>
    public static PreparedWrite PrepareDelete(CollectionInfo collection, IReadOnlyList<string> ids, WriterSequence writer)
    {
        var prepared = new PreparedWrite(collection, writer) { Operation = "delete", SchemaVersion = null };
        foreach (var (index, id) in ids.Index())
        {
            if (Encoding.UTF8.GetByteCount(id) is < 1 or > Item.MaxIdBytes)
            {
                throw ManifoldException.Invalid($"ids[{index}]", $"an id has 1 to {Item.MaxIdBytes} bytes of UTF-8");
            }
            prepared.Delete(index, id);
        }
        return prepared;
    }

    /// <summary>Calls the leaders of the shards that the write touches.</summary>
    /// <exception cref="ManifoldException">
    /// No shard took anything, or the collection was dropped; Aborted where it got a space since the write was prepared: prepare it again, for the collection as the catalog has it now.
    /// </exception>
    public Task<BatchResult> WriteAsync(PreparedWrite prepared, Acknowledgement level, CancellationToken cancellationToken) =>
        WriteMeasure.RunAsync(prepared.Collection.Name, prepared.Operation, prepared.Shards.Sum(shard => shard.Items.Count) + prepared.Failures.Count, async () =>
        {
            var started = Stopwatch.GetTimestamp();
            var outcomes = await Task.WhenAll(prepared.Shards.Select(shard => WriteAsync(prepared.Collection, shard.Encode(), prepared.SchemaVersion, level, started, cancellationToken)));
            return ShardOutcome.Collect([.. outcomes.SelectMany(outcome => outcome)], prepared.Failures, level);
        });

    /// <returns>The shard's outcome; those of the shards that have its items by now, where it was split.</returns>
    private async Task<IReadOnlyList<ShardOutcome>> WriteAsync(
        CollectionInfo collection, ShardPart part, int? schemaVersion, Acknowledgement level, long started, CancellationToken cancellationToken)
    {
        try
        {
            var write = new ShardWrite(part.Batch, level, schemaVersion);
            try
            {
                var written = await replicas.WriteAsync(
                    collection, part.Number, grain => grain.WriteAsync(write, collection.ShardCount, cancellationToken), cancellationToken);
                return [new ShardOutcome(part.Number, part.Items.Count, written, [], null)];
            }
            catch (ManifoldException e) when (e.Kind == ErrorKind.Aborted)
            {
                var now = await collections.GetChangedAsync(collection, started, cancellationToken);
                if (now.Id != collection.Id)
                {
                    throw new ManifoldException(ErrorKind.NotFound, "the collection was dropped", "collection");
                }
                if (schemaVersion is { } version && version != now.SchemaVersion)
                {
                    // The items must be encoded for the spaces that there are by now.
                    throw;
                }
                var outcomes = await Task.WhenAll(part.Split(now.ShardCount).Select(split => WriteAsync(now, split, schemaVersion, level, started, cancellationToken)));
                return [.. outcomes.SelectMany(outcome => outcome)];
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return [ShardOutcome.Refused(part.Number, part.Items, ErrorTranslation.Translate(e))];
        }
    }

    /// <summary>Fills the vectors of every space that has an encoder and no vector from the items' content.</summary>
    /// <returns>The items with their places in the caller's batch, and why encoding one failed.</returns>
    private async Task<IReadOnlyList<(int Index, Item Item, ManifoldException? Failure)>> EncodeAsync(
        CollectionInfo collection, IReadOnlyList<ItemWrite> writes, CancellationToken cancellationToken)
    {
        var results = writes.Select(w => (w.Index, Item: contents.Keep(w.Item, w.Content), Failure: (ManifoldException?)null)).ToArray();
        var spaces = Array.FindAll(collection.Spaces, s => s.Encoder.Length > 0);
        for (var i = 0; i < results.Length; i++)
        {
            if (spaces.Length == 0 && writes[i].Content is not null)
            {
                results[i].Failure = ManifoldException.Invalid(
                    $"items[{writes[i].Index}].content", $"collection \"{collection.Name}\" has no encoder: it takes vectors only");
            }
        }
        // Spaces of one bundle share an encoding: a recording is decoded once for its vector and its moments.
        foreach (var sharing in spaces.GroupBy(s => s.Encoder))
        {
            var wanted = Enumerable.Range(0, results.Length)
                .Where(i => writes[i].Content is not null && results[i].Failure is null && sharing.Any(space => !writes[i].Item.Vectors.ContainsKey(space.Name)))
                .ToArray();
            var encoded = await encoders.EncodeAsync(sharing.First(), Array.ConvertAll(wanted, i => writes[i].Content!), EncoderPatience, cancellationToken);
            foreach (var (i, result) in wanted.Zip(encoded))
            {
                if (result.Vector is not null)
                {
                    results[i].Item = EncodedItem.Fill(results[i].Item, sharing.Where(space => !writes[i].Item.Vectors.ContainsKey(space.Name)), result);
                }
                else if (result.Error is { } error)
                {
                    results[i].Failure = new ManifoldException(error.Kind, error.Message, $"items[{writes[i].Index}].content", error.RetryAfter);
                }
            }
        }
        return results;
    }
}
