using System.Text;
using System.Threading.Channels;
using Grpc.Core;

namespace Manifold.Client;

public sealed partial class ManifoldClient
{
    /// <summary>
    /// Writes any number of items over streaming calls, several batches at a time. After Unavailable it goes on where it was, and no item is written
    /// twice. A bad item fails alone and is told to <see cref="IngestOptions.OnError"/>. Memory is bounded by lanes × window × batch.
    /// </summary>
    /// <param name="collection">The collection's name.</param>
    /// <param name="items">Read as fast as the server writes.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Ends the ingest; what was acknowledged stays.</param>
    /// <exception cref="ManifoldException">The server refused a whole batch, or stayed away for longer than the options allow.</exception>
    public async Task<IngestResult> IngestAsync(
        string collection, IAsyncEnumerable<ItemInput> items, IngestOptions? options = null, CancellationToken cancellationToken = default)
    {
        using var activity = ClientTelemetry.Start(nameof(IngestAsync));
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Lanes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Window, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1);

        var tally = new IngestTally(options);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var channels = Enumerable.Range(0, options.Lanes).Select(_ => Channel.CreateBounded<IngestBatch>(1)).ToArray();
        var lanes = channels.Select(_ => new IngestLane(_items, _writers, _options, options, tally)).ToArray();
        try
        {
            var tasks = lanes.Zip(channels, (lane, channel) => RunLaneAsync(lane, channel.Reader, ending)).ToList();
            tasks.Add(FillLanesAsync(collection, items, options, channels, tally, ending));
            await WhenAllFirstFailureAsync(tasks);
            cancellationToken.ThrowIfCancellationRequested();
            return tally.Result();
        }
        finally
        {
            foreach (var lane in lanes)
                lane.Dispose();
        }
    }

    private static async Task RunLaneAsync(IngestLane lane, ChannelReader<IngestBatch> batches, CancellationTokenSource ending)
    {
        try
        {
            await lane.RunAsync(batches, ending.Token);
        }
        catch
        {
            await ending.CancelAsync();
            throw;
        }
    }

    private async Task FillLanesAsync(
        string collection,
        IAsyncEnumerable<ItemInput> items,
        IngestOptions options,
        Channel<IngestBatch>[] channels,
        IngestTally tally,
        CancellationTokenSource ending)
    {
        // Half of the message limit leaves room for whatever else is in the batch.
        var largestItem = _options.MaxMessageBytes / 2;
        try
        {
            var batches = channels.Select(_ => new IngestBatch(collection, options.Acknowledgement)).ToArray();
            long index = -1;
            await foreach (var input in items.WithCancellation(ending.Token))
            {
                index++;
                Protocol.V1.ItemInput item;
                try
                {
                    item = WireMapping.ToWire(input);
                }
                catch (ArgumentException exception)
                {
                    tally.Refuse(new ItemError(index, input.Id, StatusCode.InvalidArgument, "item.attributes", exception.Message));
                    continue;
                }

                var bytes = item.CalculateSize();
                if (bytes > largestItem)
                {
                    tally.Refuse(new ItemError(index, input.Id, StatusCode.ResourceExhausted, "item", $"{bytes:N0} bytes are more than the {largestItem:N0} that one item may have"));
                    continue;
                }

                var lane = LaneOf(input.Id, channels.Length);
                if (batches[lane].Count > 0 && batches[lane].Bytes + bytes > options.BatchBytes)
                    await FlushAsync(lane);
                batches[lane].Add(item, index, bytes);
                if (batches[lane].Count >= options.BatchSize)
                    await FlushAsync(lane);
            }

            for (var lane = 0; lane < batches.Length; lane++)
            {
                if (batches[lane].Count > 0)
                    await FlushAsync(lane);
                channels[lane].Writer.Complete();
            }

            async Task FlushAsync(int lane)
            {
                await channels[lane].Writer.WriteAsync(batches[lane], ending.Token);
                batches[lane] = new IngestBatch(collection, options.Acknowledgement);
            }
        }
        catch
        {
            await ending.CancelAsync();
            throw;
        }
    }

    /// <summary>FNV-1a of the id: the same lane for the same id.</summary>
    private static int LaneOf(string id, int lanes)
    {
        var hash = 2166136261u;
        foreach (var value in Encoding.UTF8.GetBytes(id))
            hash = (hash ^ value) * 16777619u;
        return (int)(hash % (uint)lanes);
    }

    /// <summary>Waits for all, and throws what went wrong first rather than the cancellations that follow from it.</summary>
    private static async Task WhenAllFirstFailureAsync(List<Task> tasks)
    {
        try
        {
            await Task.WhenAll(tasks);
        }
        catch (OperationCanceledException)
        {
            var cause = tasks.SelectMany(t => t.Exception?.InnerExceptions ?? Enumerable.Empty<Exception>()).FirstOrDefault(e => e is not OperationCanceledException);
            if (cause is not null)
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(cause);
            throw;
        }
    }
}
