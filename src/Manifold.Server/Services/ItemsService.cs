using System.Threading.Channels;
using Grpc.Core;
using Manifold.Grains;
using V1 = Manifold.Protocol.V1;

namespace Manifold.Server;

internal sealed class ItemsService(CatalogCache collections, ItemWriter writer, IGrainFactory grains, ServerOptions options) : V1.Items.ItemsBase
{
    /// <summary>Batches of one ingest stream that are worked on at once: enough to share commits and fill the encoders.</summary>
    private const int IngestWindow = 4;

    private ICoordinatorGrain Coordinator => grains.GetGrain<ICoordinatorGrain>(0);

    public override async Task<V1.WriteResponse> Upsert(V1.UpsertRequest request, ServerCallContext context)
    {
        var result = await UpsertAsync(request, context.CancellationToken);
        return result.Written > 0 || result.Failures.Count == 0
            ? Write(result)
            : throw RpcErrors.ToRpcException([.. result.Failures.Select(f => f.Error)]);
    }

    public override async Task<V1.WriteResponse> Delete(V1.DeleteRequest request, ServerCallContext context)
    {
        CheckCount(request.Ids.Count, "ids");
        var sequence = ReadWriter(request.Writer);
        return Write(await collections.WithAsync(request.Collection, collection =>
            writer.DeleteAsync(collection, request.Ids, sequence, IsDurable(request.Acknowledgement), context.CancellationToken)));
    }

    public override async Task<V1.GetResponse> Get(V1.GetRequest request, ServerCallContext context)
    {
        CheckCount(request.Ids.Count, "ids");
        var get = new ShardGet([.. request.Ids], request.WithVectors, 0);
        var items = await collections.WithAsync(request.Collection, collection => Coordinator.GetAsync(collection, get, context.CancellationToken));
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
        var page = await collections.WithAsync(request.Collection, collection => Coordinator.ScrollAsync(collection, scroll, context.CancellationToken));
        return new V1.ScrollResponse { Items = { page.Items.Select(item => ItemMapping.Write(item!)) }, Next = page.Next ?? "" };
    }

    public override async Task<V1.CountResponse> Count(V1.CountRequest request, ServerCallContext context)
    {
        var filter = FilterMapping.ReadEncoded(request.Filter);
        return new V1.CountResponse
        {
            Count = await collections.WithAsync(request.Collection, collection => Coordinator.CountAsync(collection, filter, context.CancellationToken)),
        };
    }

    public override async Task Ingest(
        IAsyncStreamReader<V1.UpsertRequest> requestStream, IServerStreamWriter<V1.WriteResponse> responseStream, ServerCallContext context)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var underWay = Channel.CreateBounded<Task<BatchResult>>(IngestWindow);
        var reading = ReadAsync();
        try
        {
            await foreach (var batch in underWay.Reader.ReadAllAsync(stop.Token))
            {
                await responseStream.WriteAsync(Write(await batch), stop.Token);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // A channel that holds a window of batches: reading stops while it is full, and the client is held back by flow control.
        async Task ReadAsync()
        {
            Exception? failure = null;
            try
            {
                // One writer's batches go one after the other, since shards refuse what is out of sequence.
                (string? Writer, Task<BatchResult> Batch) last = (null, Task.FromResult(new BatchResult(0, [], new Dictionary<int, long>(), false)));
                await foreach (var request in requestStream.ReadAllAsync(stop.Token))
                {
                    if (request.Writer is { } writer && writer.Writer == last.Writer)
                    {
                        await ((Task)last.Batch).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    }
                    last = (request.Writer?.Writer, UpsertAsync(request, stop.Token));
                    await underWay.Writer.WriteAsync(last.Batch, stop.Token);
                }
            }
            catch (Exception e)
            {
                failure = e;
            }
            underWay.Writer.TryComplete(failure);
        }
    }

    private async Task<BatchResult> UpsertAsync(V1.UpsertRequest request, CancellationToken cancellationToken)
    {
        CheckCount(request.Items.Count, "items");
        var sequence = ReadWriter(request.Writer);
        return await collections.WithAsync(request.Collection, async collection =>
        {
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
            var result = await writer.UpsertAsync(collection, writes, sequence, IsDurable(request.Acknowledgement), cancellationToken);
            return failures.Count == 0 ? result : result with { Failures = [.. result.Failures.Concat(failures).OrderBy(f => f.Index)] };
        });
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

    private static bool IsDurable(V1.Acknowledgement level) => level switch
    {
        V1.Acknowledgement.Unspecified or V1.Acknowledgement.Applied => false,
        V1.Acknowledgement.Durable => true,
        _ => throw ManifoldException.Invalid("acknowledgement", $"there is no acknowledgement level {(int)level}"),
    };

    private static V1.WriteResponse Write(BatchResult result) => new()
    {
        Written = result.Written,
        Acknowledgement = result.Durable ? V1.Acknowledgement.Durable : V1.Acknowledgement.Applied,
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
