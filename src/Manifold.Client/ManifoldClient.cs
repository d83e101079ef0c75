using System.Diagnostics;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Net.Client;
using V1 = Manifold.Protocol.V1;

namespace Manifold.Client;

/// <summary>
/// A client of a Manifold server, over gRPC. Safe to use from several threads at once; make one and keep it, as it holds the connection.
/// Every method throws <see cref="ManifoldException"/> when the server refuses or cannot be reached, and
/// <see cref="OperationCanceledException"/> when its token is cancelled.
/// </summary>
public sealed partial class ManifoldClient : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly ManifoldClientOptions _options;
    private readonly WriterPool _writers = new();
    private readonly V1.Collections.CollectionsClient _collections;
    private readonly V1.Items.ItemsClient _items;
    private readonly V1.Search.SearchClient _search;
    private readonly V1.Encoders.EncodersClient _encoders;
    private readonly V1.Cluster.ClusterClient _cluster;
    private readonly V1.Snapshots.SnapshotsClient _snapshots;

    /// <param name="address">The server's gRPC address, such as <c>http://127.0.0.1:6810</c>. Nothing is sent until the first call.</param>
    /// <param name="options">Null for the defaults.</param>
    public ManifoldClient(Uri address, ManifoldClientOptions? options = null)
    {
        _options = options ?? new();
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            MaxReceiveMessageSize = _options.MaxMessageBytes,
            MaxSendMessageSize = _options.MaxMessageBytes,
            DisposeHttpClient = true,
            // A gateway that starts again is found at once; by default it may take two minutes.
            InitialReconnectBackoff = TimeSpan.FromMilliseconds(100),
            MaxReconnectBackoff = TimeSpan.FromSeconds(1),
            HttpHandler = new SocketsHttpHandler
            {
                EnableMultipleHttp2Connections = true,
                // Without pings an ingest would wait for ever on a server whose machine is gone.
                KeepAlivePingDelay = TimeSpan.FromSeconds(30),
                KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
            },
        });
        _collections = new(_channel);
        _items = new(_channel);
        _search = new(_channel);
        _encoders = new(_channel);
        _cluster = new(_channel);
        _snapshots = new(_channel);
        Address = address;
    }

    /// <summary>The server's address.</summary>
    public Uri Address { get; }

    /// <summary>Closes the connection.</summary>
    public void Dispose() => _channel.Dispose();

    /// <summary>The cluster's silos and shards.</summary>
    public async Task<ClusterStatus> StatusAsync(CancellationToken cancellationToken = default)
    {
        var status = await InvokeAsync(o => _cluster.StatusAsync(new(), o), cancellationToken);
        return new ClusterStatus(
            status.Version,
            status.EncoderDevice,
            [.. status.Silos.Select(s => new SiloStatus(s.Name, s.Address, s.State, [.. s.Roles]))],
            [.. status.Shards.Select(s => new ShardStatus(
                s.Collection, s.Shard, s.State, s.Reason, s.Epoch, s.Position, s.Items, s.Segments, s.GrowingItems, s.Rank, s.Silo))]);
    }

    /// <summary>Compares the replicas of a collection's shards by a digest of all their items. Reads every item.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="rebuild">Whether a replica that differs from its leader is made anew from what is stored.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<ReplicaComparison> CompareReplicasAsync(string collection, bool rebuild = false, CancellationToken cancellationToken = default)
    {
        var request = new V1.ReplicasRequest { Collection = collection, Rebuild = rebuild };
        var response = await InvokeAsync(o => _cluster.ReplicasAsync(request, o), cancellationToken);
        return new ReplicaComparison(
            response.Agree, [.. response.Replicas.Select(r => new ReplicaDigest(r.Shard, r.Rank, r.Silo, r.Position, r.Items, r.Digest, r.Error, r.Rebuilt))]);
    }

    /// <summary>Calls within one deadline. Only a call that is safe to repeat may be retried.</summary>
    private async Task<T> InvokeAsync<T>(
        Func<CallOptions, AsyncUnaryCall<T>> call, CancellationToken cancellationToken, bool retry = true, [CallerMemberName] string method = "")
    {
        using var activity = ClientTelemetry.Start(method);
        var deadline = DateTime.UtcNow + _options.Timeout;
        for (var attempt = 0; ; attempt++)
        {
            ManifoldException failure;
            try
            {
                using var running = call(new CallOptions(deadline: deadline, cancellationToken: cancellationToken));
                return await running.ResponseAsync;
            }
            catch (RpcException exception)
            {
                cancellationToken.ThrowIfCancellationRequested();
                failure = ManifoldException.From(exception);
            }

            var wait = Backoff.Before(attempt, _options.FirstBackoff, failure.RetryAfter);
            if (!retry || !failure.IsTransient || attempt >= _options.MaxRetries || DateTime.UtcNow + wait >= deadline)
            {
                activity.Fail(failure);
                throw failure;
            }
            activity?.AddEvent(new ActivityEvent("retry", tags: new ActivityTagsCollection { ["error.type"] = failure.Status.ToString() }));
            await Task.Delay(wait, cancellationToken);
        }
    }
}
