using System.Collections.Concurrent;
using Grpc.Core;
using Manifold.Protocol.V1;

namespace Manifold.FakeServer;

/// <summary>What the fake server holds, and the faults that a test asks of it.</summary>
public sealed class FakeStore
{
    private readonly ConcurrentDictionary<string, (long Sequence, WriteResponse Answer)> _writers = new();
    private long _position;
    private int _refused;
    private int _streams;
    private int _batches;

    public ConcurrentDictionary<string, Collection> Collections { get; } = new();

    public AddSpaceRequest? LastAddSpace { get; set; }

    public ConcurrentDictionary<string, Item> Items { get; } = new();

    /// <summary>How often each id was written, retries that were only answered again left out.</summary>
    public ConcurrentDictionary<string, int> Writes { get; } = new();

    /// <summary>Numbers refused because a newer one of that writer came before.</summary>
    public int RefusedSequences => _refused;

    /// <summary>Thrown by the next unary calls, first come first served.</summary>
    public ConcurrentQueue<RpcException> Failures { get; } = new();

    /// <summary>Breaks the ingest stream after writing, before answering, whenever it says so; given the number of the batch over all streams.</summary>
    public Func<int, bool> DropAnswer { get; set; } = _ => false;

    /// <summary>Says why an item is bad; null for a good one.</summary>
    public Func<ItemInput, string?> Judge { get; set; } = _ => null;

    public int Streams => _streams;

    public QueryRequest? LastQuery { get; set; }

    public UpdateAttributesRequest? LastUpdate { get; set; }

    public QueryResponse QueryAnswer { get; set; } = new() { ShardsAnswered = 1, ShardsTotal = 1 };

    public Filter? LastFilter { get; set; }

    public void CountStream() => Interlocked.Increment(ref _streams);

    public int CountBatch() => Interlocked.Increment(ref _batches);

    public void ThrowIfAsked()
    {
        if (Failures.TryDequeue(out var failure))
            throw failure;
    }

    /// <summary>Writes as a shard does: the last number of a writer is answered again, an older one is refused.</summary>
    public WriteResponse Write(UpsertRequest request)
    {
        if (!Collections.ContainsKey(request.Collection))
            throw new RpcException(new Status(StatusCode.NotFound, $"there is no collection '{request.Collection}'"));
        lock (_writers)
        {
            var writer = request.Writer;
            if (_writers.TryGetValue(writer.Writer, out var last) && writer.Sequence <= last.Sequence)
            {
                if (writer.Sequence == last.Sequence)
                    return last.Answer;
                Interlocked.Increment(ref _refused);
                throw new RpcException(new Status(StatusCode.FailedPrecondition, "an older number of this writer"));
            }

            var answer = Apply(request);
            _writers[writer.Writer] = (writer.Sequence, answer);
            return answer;
        }
    }

    private WriteResponse Apply(UpsertRequest request)
    {
        var answer = new WriteResponse { Acknowledgement = Acknowledgement.Applied };
        for (var i = 0; i < request.Items.Count; i++)
        {
            var input = request.Items[i];
            if (Judge(input) is { } problem)
            {
                answer.Errors.Add(new ItemError { Index = i, Id = input.Item.Id, Code = (int)StatusCode.InvalidArgument, Field = $"items[{i}]", Message = problem });
                continue;
            }

            Items[input.Item.Id] = input.Item;
            Writes.AddOrUpdate(input.Item.Id, 1, (_, count) => count + 1);
            answer.Written++;
            _position++;
        }

        answer.Positions.Add(new ShardPosition { Shard = 0, Position = _position });
        return answer;
    }
}
