using System.Runtime.InteropServices;
using System.Text;
using Manifold.Index;
using Manifold.Shards;

namespace Manifold.Grains;

/// <summary>
/// The gateway's half of a write: encodes content, validates, routes by hash of id and calls the leaders. A bad item fails alone. Thread-safe.
/// </summary>
public sealed class ItemWriter(IGrainFactory grains, EncoderClient encoders)
{
    /// <summary>Inserts or replaces items. Of two with one id in a batch, the later fails: which of them should win is the caller's to say.</summary>
    /// <exception cref="ManifoldException">Nothing could be written for a reason that is not an item's.</exception>
    public async Task<BatchResult> UpsertAsync(
        CollectionInfo collection, IReadOnlyList<ItemWrite> writes, WriterSequence writer, bool durable, CancellationToken cancellationToken)
    {
        var failures = new List<ItemFailure>();
        var encoded = await EncodeAsync(collection, writes, failures, cancellationToken);
        var schemas = collection.Schemas;
        var valid = new List<(int Index, Item Item)>(encoded.Count);
        var firstOfId = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (index, item) in encoded)
        {
            if (ItemValidation.Validate(item, schemas) is [var error, ..])
            {
                failures.Add(new ItemFailure(index, item.Id, ManifoldException.Invalid($"items[{index}].item.{error.Field}", error.Message)));
            }
            else if (!firstOfId.TryAdd(item.Id, index))
            {
                var message = $"the batch has \"{item.Id}\" before, at items[{firstOfId[item.Id]}]";
                failures.Add(new ItemFailure(index, item.Id, ManifoldException.Invalid($"items[{index}].item.id", message)));
            }
            else
            {
                valid.Add((index, ItemValidation.Normalize(item, schemas)));
            }
        }
        return await WriteAsync(
            collection, valid, w => w.Item.Id, w => w.Index, (batch, w) => batch.Upsert(w.Item), writer, durable, failures, cancellationToken);
    }

    /// <summary>Deletes items; ids that are not there are no error.</summary>
    /// <exception cref="ManifoldException">Nothing could be written for a reason that is not an item's.</exception>
    public Task<BatchResult> DeleteAsync(
        CollectionInfo collection, IReadOnlyList<string> ids, WriterSequence writer, bool durable, CancellationToken cancellationToken) =>
        WriteAsync(
            collection, [.. ids.Index().Select(CheckId)], w => w.Item, w => w.Index, (batch, w) => batch.Delete(w.Item), writer, durable, [], cancellationToken);

    private static (int Index, string Item) CheckId((int Index, string Item) id) =>
        Encoding.UTF8.GetByteCount(id.Item) is >= 1 and <= Item.MaxIdBytes
            ? id
            : throw ManifoldException.Invalid($"ids[{id.Index}]", $"an id has 1 to {Item.MaxIdBytes} bytes of UTF-8");

    /// <summary>Fills the vectors of every space that has an encoder and no vector from the items' content.</summary>
    /// <returns>The items that did not fail, with their places in the caller's batch.</returns>
    private async Task<List<(int Index, Item Item)>> EncodeAsync(
        CollectionInfo collection, IReadOnlyList<ItemWrite> writes, List<ItemFailure> failures, CancellationToken cancellationToken)
    {
        var vectors = new Dictionary<string, float[]>?[writes.Count];
        var failed = new ManifoldException?[writes.Count];
        var spaces = Array.FindAll(collection.Spaces, s => s.Encoder.Length > 0);
        foreach (var space in spaces)
        {
            var wanted = Enumerable.Range(0, writes.Count)
                .Where(i => writes[i].Content is not null && failed[i] is null && !writes[i].Item.Vectors.ContainsKey(space.Name))
                .ToArray();
            var encoded = await encoders.EncodeAsync(space.Encoder, Array.ConvertAll(wanted, i => writes[i].Content!), cancellationToken);
            foreach (var (i, result) in wanted.Zip(encoded))
            {
                failed[i] = result.Error;
                if (result.Vector is { } vector)
                {
                    vectors[i] ??= new Dictionary<string, float[]>(writes[i].Item.Vectors);
                    vectors[i]![space.Name] = MemoryMarshal.Cast<byte, float>(vector).ToArray();
                }
            }
        }

        var items = new List<(int, Item)>(writes.Count);
        for (var i = 0; i < writes.Count; i++)
        {
            var (index, item, content) = writes[i];
            var error = content is not null && spaces.Length == 0
                ? new ManifoldException(ErrorKind.InvalidArgument, $"collection \"{collection.Name}\" has no encoder: it takes vectors only")
                : failed[i];
            if (error is not null)
            {
                failures.Add(new ItemFailure(index, item.Id, new ManifoldException(error.Kind, error.Message, $"items[{index}].content", error.RetryAfter)));
            }
            else
            {
                items.Add((index, vectors[i] is { } filled ? item with { Vectors = filled } : item));
            }
        }
        return items;
    }

    private async Task<BatchResult> WriteAsync<T>(
        CollectionInfo collection, IReadOnlyList<T> writes, Func<T, string> idOf, Func<T, int> indexOf, Action<WriteBatchBuilder, T> add,
        WriterSequence writer, bool durable, List<ItemFailure> failures, CancellationToken cancellationToken)
    {
        var outcomes = await Task.WhenAll(writes.GroupBy(w => ShardKey.ShardOf(idOf(w), collection.ShardCount)).Select(async Task<Outcome<T>> (group) =>
        {
            var batch = new WriteBatchBuilder(writer.Writer, writer.Sequence);
            foreach (var write in group)
            {
                add(batch, write);
            }
            try
            {
                var grain = grains.GetGrain<IShardGrain>(ShardKey.Format(collection.Id, group.Key));
                var written = await grain.WriteAsync(new ShardWrite(batch.ToArray(), durable), cancellationToken);
                return new Outcome<T>(group, written, null);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                return new Outcome<T>(group, null, ErrorTranslation.Translate(e));
            }
        }));

        // One shard's refusal is its items' failure; when no shard took anything, or the collection is gone, it is the call's.
        var refused = outcomes.Where(o => o.Error is not null).ToList();
        if (refused.Find(o => o.Error is { Kind: ErrorKind.NotFound })?.Error is { } gone)
        {
            throw gone;
        }
        if (refused.Count > 0 && refused.Count == outcomes.Length && failures.Count == 0)
        {
            throw refused[0].Error!;
        }
        failures.AddRange(refused.SelectMany(o => o.Group.Select(w => new ItemFailure(indexOf(w), idOf(w), o.Error!))));
        var accepted = outcomes.Where(o => o.Written is not null).ToList();
        return new BatchResult(
            accepted.Sum(o => o.Group.Count()),
            [.. failures.OrderBy(f => f.Index)],
            accepted.ToDictionary(o => o.Group.Key, o => o.Written!.Position),
            durable || accepted.Any(o => o.Written!.Durable));
    }

    /// <summary>What one shard answered to its part of a batch: one of the two is set.</summary>
    private sealed record Outcome<T>(IGrouping<int, T> Group, ShardWritten? Written, ManifoldException? Error);
}
