using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Grpc.Core;
using V1 = Manifold.Protocol.V1;

namespace Manifold.Client;

/// <summary>
/// One stream of batches, opened again when it breaks. Each batch on its way has a writer id of its own, so that whatever was not answered can be sent
/// again: to a shard that wrote it, it is the last number of that writer, which is answered again and not written twice.
/// </summary>
internal sealed class IngestLane(
    V1.Items.ItemsClient items, WriterPool writers, ManifoldClientOptions client, IngestOptions options, IngestTally tally) : IDisposable
{
    private readonly ConcurrentQueue<IngestBatch> _unanswered = new();
    private readonly SemaphoreSlim _window = new(options.Window);
    private long _failingSince;
    private int _failures;

    /// <summary>Sends batches until the channel completes and all of them are answered.</summary>
    /// <exception cref="ManifoldException">The server refused a whole batch, or stayed away for longer than the options allow.</exception>
    public async Task RunAsync(ChannelReader<IngestBatch> batches, CancellationToken cancellationToken)
    {
        while (true)
        {
            var failure = await StreamAsync(batches, cancellationToken);
            if (failure is null)
                return;

            if (_failures == 0)
                _failingSince = Stopwatch.GetTimestamp();
            var wait = Backoff.Before(_failures++, client.FirstBackoff, failure.RetryAfter);
            if (!failure.IsTransient || Stopwatch.GetElapsedTime(_failingSince) + wait > options.ResumeFor)
                throw failure;
            await Task.Delay(wait, cancellationToken);
        }
    }

    public void Dispose() => _window.Dispose();

    /// <summary>One stream from its opening to its end. Null if all is sent and answered.</summary>
    private async Task<ManifoldException?> StreamAsync(ChannelReader<IngestBatch> batches, CancellationToken cancellationToken)
    {
        using var stream = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var call = items.Ingest(cancellationToken: stream.Token);
        var again = _unanswered.ToArray();
        var receiving = ReceiveAsync(call.ResponseStream, stream);
        try
        {
            foreach (var batch in again)
                await call.RequestStream.WriteAsync(batch.Request, stream.Token);
            await SendAsync(call.RequestStream, batches, stream.Token);
            await call.RequestStream.CompleteAsync();
        }
        catch (Exception exception) when (exception is OperationCanceledException or RpcException or InvalidOperationException)
        {
            // The stream is broken; the reading side knows why.
        }

        var failure = await receiving;
        cancellationToken.ThrowIfCancellationRequested();
        var finished = _unanswered.IsEmpty && batches.Completion.IsCompleted;
        return failure ?? (finished ? null : new ManifoldException(StatusCode.Unavailable, "the server ended the stream before it answered every batch"));
    }

    private async Task SendAsync(IClientStreamWriter<V1.UpsertRequest> requests, ChannelReader<IngestBatch> batches, CancellationToken stream)
    {
        while (await batches.WaitToReadAsync(stream))
        {
            await _window.WaitAsync(stream);
            if (!batches.TryRead(out var batch))
            {
                _window.Release();
                continue;
            }

            batch.Request.Writer = writers.Rent();
            _unanswered.Enqueue(batch);
            await requests.WriteAsync(batch.Request, stream);
        }
    }

    private async Task<ManifoldException?> ReceiveAsync(IAsyncStreamReader<V1.WriteResponse> responses, CancellationTokenSource stream)
    {
        try
        {
            while (await responses.MoveNext(stream.Token))
            {
                if (!_unanswered.TryDequeue(out var batch))
                    return new ManifoldException(StatusCode.Internal, "the server answered more batches than it was sent");

                writers.Return(batch.Request.Writer);
                _failures = 0;
                _window.Release();
                tally.Add(batch, WireMapping.FromWire(responses.Current));
            }

            return null;
        }
        catch (RpcException exception)
        {
            return ManifoldException.From(exception);
        }
        catch (OperationCanceledException)
        {
            return new ManifoldException(StatusCode.Cancelled, "the ingest was cancelled");
        }
        finally
        {
            // Nothing answers any more: end a sender that waits for room in the window or for the source.
            await stream.CancelAsync();
        }
    }
}
