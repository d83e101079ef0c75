using System.Diagnostics;
using System.Threading.Channels;
using Grpc.Core;
using Manifold.Grains;
using Manifold.Index;
using Manifold.Shards;
using V1 = Manifold.Protocol.V1;

namespace Manifold.Server;

internal sealed class ItemsService(
    CatalogCache collections, ItemWriter writer, AttributeWriter attributes, Coordinator coordinator, ServerOptions options, IHostApplicationLifetime lifetime) : V1.Items.ItemsBase
{
    /// <summary>Batches of one ingest stream that wait for their turn: enough that encoding the next overlaps with writing the one before.</summary>
    private const int IngestWindow = 4;


    public override async Task<V1.WriteResponse> Upsert(V1.UpsertRequest request, ServerCallContext context)
    {
        var result = await collections.WithAsync(request.Collection, async collection =>
            await WriteAsync(await PrepareAsync(request, collection, context.CancellationToken), request, context.CancellationToken));
        return result.Written > 0 || result.Failures.Count == 0
            ? Write(result)
            : throw RpcErrors.ToRpcException([.. result.Failures.Select(f => f.Error)]);
    }

    public override async Task<V1.WriteResponse> Delete(V1.DeleteRequest request, ServerCallContext context)
    {
        CheckCount(request.Ids.Count, "ids");
        var sequence = ReadWriter(request.Writer);
        return Write(await collections.WithAsync(request.Collection, collection => writer.WriteAsync(
            ItemWriter.PrepareDelete(collection, request.Ids, sequence), ReadLevel(request.Acknowledgement), context.CancellationToken)));
    }

    public override async Task<V1.WriteResponse> UpdateAttributes(V1.UpdateAttributesRequest request, ServerCallContext context)
    {
        CheckCount(request.Updates.Count, "updates");
        var sequence = ReadWriter(request.Writer);
        var level = ReadLevel(request.Acknowledgement);
        var updates = new List<(int, AttributeUpdate)>(request.Updates.Count);
        var failures = new List<ItemFailure>();
        for (var i = 0; i < request.Updates.Count; i++)
        {
            try
            {
                updates.Add((i, ItemMapping.Read(request.Updates[i], i)));
            }
            catch (ManifoldException e)
            {
                failures.Add(new ItemFailure(i, request.Updates[i].Id, e));
            }
        }
        var result = await collections.WithAsync(request.Collection, collection => attributes.UpdateAsync(collection, updates, sequence, level, context.CancellationToken));
        result = result with { Failures = [.. result.Failures.Concat(failures).OrderBy(f => f.Index)] };
        return result.Written > 0 ? Write(result) : throw RpcErrors.ToRpcException([.. result.Failures.Select(f => f.Error)]);
    }

    public override async Task<V1.GetResponse> Get(V1.GetRequest request, ServerCallContext context)
    {
        CheckCount(request.Ids.Count, "ids");
        var get = new ShardGet([.. request.Ids], request.WithVectors, 0);
        var items = await collections.WithAsync(request.Collection, collection =>
        {
            options.Limits.CheckAnswer(get.Ids.Length, collection, get.WithVectors, "ids");
            return coordinator.GetAsync(collection, get, context.CancellationToken);
        });
        return new V1.GetResponse { Items = { items.Items.OfType<byte[]>().Select(ItemMapping.Write) } };
    }

    public override async Task<V1.ScrollResponse> Scroll(V1.ScrollRequest request, ServerCallContext context)
    {
        var limit = request.Limit == 0 ? Math.Min(100, options.Limits.MaxPageItems) : request.Limit;
        if (limit < 1 || limit > options.Limits.MaxPageItems)
        {
            throw ManifoldException.Invalid("limit", $"the limit must be 1 to {options.Limits.MaxPageItems}; {limit} was given");
        }
        var scroll = new ShardScroll(request.After.Length == 0 ? null : request.After, limit, FilterMapping.ReadEncoded(request.Filter), request.WithVectors);
        var page = await collections.WithAsync(request.Collection, collection =>
        {
            options.Limits.CheckAnswer(limit, collection, scroll.WithVectors, "limit");
            return coordinator.ScrollAsync(collection, scroll, context.CancellationToken);
        });
        return new V1.ScrollResponse { Items = { page.Items.Select(item => ItemMapping.Write(item!)) }, Next = page.Next ?? "" };
    }

    public override async Task<V1.CountResponse> Count(V1.CountRequest request, ServerCallContext context)
    {
        var filter = FilterMapping.ReadEncoded(request.Filter);
        return new V1.CountResponse
        {
            Count = await collections.WithAsync(request.Collection, collection => coordinator.CountAsync(collection, filter, context.CancellationToken)),
        };
    }

    public override async Task<V1.FacetsResponse> Facets(V1.FacetsRequest request, ServerCallContext context)
    {
        var filter = FilterMapping.ReadEncoded(request.Filter);
        var ask = FacetsAsk.From(FacetMapping.Read(request), filter);
        var counts = await collections.WithAsync(request.Collection, collection => coordinator.FacetsAsync(collection, ask, context.CancellationToken));
        return FacetMapping.Write(counts.ToResult());
    }

    public override async Task Ingest(
        IAsyncStreamReader<V1.UpsertRequest> requestStream, IServerStreamWriter<V1.WriteResponse> responseStream, ServerCallContext context)
    {
        // An open stream must not hold up a server that is told to stop.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        var underWay = Channel.CreateBounded<Task<BatchResult>>(IngestWindow);
        var reading = ReadAsync();
        try
        {
            await foreach (var batch in underWay.Reader.ReadAllAsync(stop.Token))
            {
                await responseStream.WriteAsync(Write(await batch), stop.Token);
            }
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw new ManifoldException(ErrorKind.Unavailable, "the server is stopping", retryAfter: TimeSpan.FromSeconds(1));
        }
        finally
        {
            await stop.CancelAsync();
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (underWay.Reader.TryRead(out var left))
            {
                await ((Task)left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        // A channel that holds a window of batches: reading stops while it is full, and the client is held back by flow control.
        async Task ReadAsync()
        {
            Exception? failure = null;
            Task<BatchResult>? last = null;
            try
            {
                await foreach (var request in requestStream.ReadAllAsync(stop.Token))
                {
                    last = WriteAfterAsync(last, request, stop.Token);
                    await underWay.Writer.WriteAsync(last, stop.Token);
                }
            }
            catch (Exception e)
            {
                failure = e;
            }
            underWay.Writer.TryComplete(failure);
            if (failure is not null && last is not null)
            {
                // It may have found no place in the channel any more.
                await ((Task)last).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Prepares a batch at once, and writes it after the one before: encoding overlaps, and the order is that of the stream.</summary>
    private async Task<BatchResult> WriteAfterAsync(Task<BatchResult>? last, V1.UpsertRequest request, CancellationToken cancellationToken)
    {
        var collection = await collections.GetAsync(request.Collection);
        var started = Stopwatch.GetTimestamp();
        var prepared = await PrepareAsync(request, collection, cancellationToken);
        if (last is not null)
        {
            // What failed ends the stream, and nothing may be written after it.
            await last;
        }
        while (true)
        {
            try
            {
                return await WriteAsync(prepared, request, cancellationToken);
            }
            catch (ManifoldException e) when (e is { Kind: ErrorKind.NotFound, Field: "collection" })
            {
                collections.Forget(collection);
                throw;
            }
            catch (ManifoldException e) when (e.Kind == ErrorKind.Aborted)
            {
                // It got a space since.
                collection = await collections.GetChangedAsync(collection, started, cancellationToken);
                prepared = await PrepareAsync(request, collection, cancellationToken);
            }
        }
    }

    private Task<BatchResult> WriteAsync(PreparedWrite prepared, V1.UpsertRequest request, CancellationToken cancellationToken) =>
        writer.WriteAsync(prepared, ReadLevel(request.Acknowledgement), cancellationToken);

    private async Task<PreparedWrite> PrepareAsync(V1.UpsertRequest request, CollectionInfo collection, CancellationToken cancellationToken)
    {
        CheckCount(request.Items.Count, "items");
        _ = ReadLevel(request.Acknowledgement);
        var sequence = ReadWriter(request.Writer);
        var writes = new List<ItemWrite>(request.Items.Count);
        var failures = new List<ItemFailure>();
        for (var i = 0; i < request.Items.Count; i++)
        {
            try
            {
                writes.Add(ItemMapping.Read(request.Items[i], collection, i));
            }
            catch (ManifoldException e)
            {
                failures.Add(new ItemFailure(i, request.Items[i].Item?.Id ?? "", e));
            }
        }
        var prepared = await writer.PrepareUpsertAsync(collection, writes, sequence, cancellationToken);
        failures.ForEach(f => prepared.Fail(f.Index, f.Id, f.Error));
        return prepared;
    }

    private void CheckCount(int count, string field)
    {
        if (count < 1 || count > options.Limits.MaxBatchItems)
        {
            throw ManifoldException.Invalid(field, $"a call takes 1 to {options.Limits.MaxBatchItems} of them (Manifold:Limits:MaxBatchItems); {count} were given");
        }
    }

    private static WriterSequence ReadWriter(V1.WriterSequence? writer)
    {
        if (writer is null)
        {
            return new WriterSequence("", 0);
        }
        if (System.Text.Encoding.UTF8.GetByteCount(writer.Writer) is < 1 or > 64)
        {
            throw ManifoldException.Invalid("writer.writer", "a writer's name has 1 to 64 bytes of UTF-8");
        }
        return writer.Sequence >= 1
            ? new WriterSequence(writer.Writer, writer.Sequence)
            : throw ManifoldException.Invalid("writer.sequence", $"sequence numbers start at 1; {writer.Sequence} was given");
    }

    private static Acknowledgement ReadLevel(V1.Acknowledgement level) => level switch
    {
        V1.Acknowledgement.Unspecified or V1.Acknowledgement.Applied => Acknowledgement.Applied,
        V1.Acknowledgement.Durable => Acknowledgement.Durable,
        V1.Acknowledgement.Replicated => Acknowledgement.Replicated,
        _ => throw ManifoldException.Invalid("acknowledgement", $"there is no acknowledgement level {(int)level}"),
    };

    private static V1.WriteResponse Write(BatchResult result) => new()
    {
        Written = result.Written,
        Acknowledgement = result.Written == 0 ? V1.Acknowledgement.Unspecified : (V1.Acknowledgement)result.Level,
        Positions = { result.Positions.OrderBy(p => p.Key).Select(p => new V1.ShardPosition { Shard = p.Key, Position = p.Value }) },
        Errors =
        {
            result.Failures.Select(f => new V1.ItemError
            {
                Index = f.Index, Id = f.Id, Code = (int)f.Error.Kind, Field = f.Error.Field ?? "", Message = f.Error.Message,
            }),
        },
    };
}
