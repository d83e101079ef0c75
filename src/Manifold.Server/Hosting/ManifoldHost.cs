using System.Net;
using Manifold.Encoders;
using Manifold.Grains;
using Manifold.Storage;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;

namespace Manifold.Server;

/// <summary>A running Manifold server: the silo, its storage and encoders, and the public wire.</summary>
public sealed partial class ManifoldHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<IAsyncDisposable> _owned;

    private ManifoldHost(WebApplication app, List<IAsyncDisposable> owned, Uri? address, Uri? httpAddress)
    {
        (_app, _owned) = (app, owned);
        (Address, HttpAddress) = (address, httpAddress);
    }

    /// <summary>Where gRPC listens; <c>null</c> without the gateway role.</summary>
    public Uri? Address { get; }

    /// <summary>Where HTTP/1.1 listens; <c>null</c> when it is off.</summary>
    public Uri? HttpAddress { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="settings">Configuration that overrides the environment's, such as <c>Manifold:Port</c>.</param>
    /// <param name="cancellationToken">Gives the start up.</param>
    /// <exception cref="StartupException">It cannot start; the message says why.</exception>
    public static async Task<ManifoldHost> StartAsync(IEnumerable<KeyValuePair<string, string?>> settings, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(settings);
        var options = ReadOptions(builder.Configuration);
        var cluster = ClusterSettings.Read(builder.Configuration, options);
        if (cluster is null && options.ParseRoles() != SiloRoles.All)
        {
            throw new StartupException(
                $"{ServerOptions.Section}:Roles is \"{options.Roles}\"; a server that runs alone hosts all of shard, encoder and gateway. Set ConnectionStrings:redis to make it part of a cluster.");
        }
        options = options with { DefaultShardCount = options.DefaultShardCount ?? (cluster is null ? 1 : 16), DefaultReplicaCount = options.DefaultReplicaCount ?? (cluster is null ? 1 : 2) };
        options = options with { Tracing = options.Tracing ?? !string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]) };
        var isGateway = options.ParseRoles().HasFlag(SiloRoles.Gateway);

        // Standard output belongs to commands; a server's words go to standard error.
        builder.Logging.ClearProviders();
        ConfigureLogging(builder.Logging);
        builder.AddServiceDefaults();
        var storageLogs = LoggerFactory.Create(logging => ConfigureLogging(logging.AddConfiguration(builder.Configuration.GetSection("Logging"))));

        // Storage and encoders outlive the application's services, and so does what they report to.
        var owned = new List<IAsyncDisposable> { new Disposer(storageLogs) };
        try
        {
            var folder = Path.GetFullPath(options.Data);
            owned.Add(new Disposer(FolderLock.Acquire(folder)));
            var segments = await SegmentStorage.OpenAsync(options, storageLogs.CreateLogger<SegmentCache>(), disposable => owned.Add(new Disposer(disposable)), cancellationToken);
            var snapshots = SegmentStorage.OpenSnapshots(options, storageLogs.CreateLogger<SegmentCache>(), disposable => owned.Add(new Disposer(disposable)));
            var encoders = options.ParseRoles().HasFlag(SiloRoles.Encoder) ? OpenEncoders(options, storageLogs, owned) : null;
            if (cluster is null)
            {
                var storage = new SiloStorage(OpenFileLogs(folder, storageLogs, owned), segments, new FileDocumentStore(Path.Combine(folder, "state")), snapshots);
                builder.Host.UseOrleans(silo => LoneSilo.Configure(silo, options, storage, encoders!));
            }
            else
            {
                var (logs, redis) = await ClusterSilo.ConnectAsync(cluster, options, storageLogs.CreateLogger<RedisConnection>(), owned.Add, cancellationToken);
                builder.Host.UseOrleans(silo => ClusterSilo.Configure(silo, cluster, options, redis, new SiloStorage(logs, segments, null, snapshots), segments, encoders));
            }
            builder.Services.AddManifoldServer(options);
            if (cluster is not null && isGateway)
            {
                builder.Services.AddHostedService<GatewayWarmup>();
            }

            ListenOptions? grpc = null, http = null;
            builder.WebHost.ConfigureKestrel(kestrel =>
            {
                var address = IPAddress.Parse(options.Listen);
                kestrel.Limits.MaxRequestBodySize = null;
                if (isGateway)
                {
                    kestrel.Listen(address, options.Port, listen =>
                    {
                        listen.Protocols = HttpProtocols.Http2;
                        grpc = listen;
                    });
                }
                var httpPort = options.HttpPort ?? (options.Port == 0 ? 0 : options.Port + 1);
                if (options.HttpPort != 0)
                {
                    kestrel.Listen(address, httpPort, listen =>
                    {
                        listen.Protocols = HttpProtocols.Http1;
                        http = listen.UseManagement();
                    });
                }
            });
            var app = builder.Build();
            app.MapManifoldServer();
            try
            {
                await app.StartAsync(cancellationToken);

                // A catalog that cannot be read is a reason not to start, and better said now than at the first call. In a cluster, where it may be
                // that no silo has the shard role yet, health says it.
                if (cluster is null)
                    await app.Services.GetRequiredService<IGrainFactory>().GetGrain<ICatalogGrain>(0).ListAsync();
            }
            catch
            {
                // The silo starts before the ports are bound: it has to leave in order, whatever it was that failed.
                await app.StopAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await app.DisposeAsync();
                throw;
            }
            return new ManifoldHost(app, owned, grpc is null ? null : ToUri(grpc), http is null ? null : ToUri(http));
        }
        catch (Exception e)
        {
            await DisposeAllAsync(owned);
            if (e is OperationCanceledException && cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            throw Explain(e, options);
        }
    }

    /// <summary>Starts a server, says where it listens, and runs until Ctrl-C or SIGTERM.</summary>
    /// <returns>The exit code: 0, or 1 after printing why it could not start.</returns>
    public static async Task<int> RunAsync(IEnumerable<KeyValuePair<string, string?>> settings, CancellationToken cancellationToken)
    {
        try
        {
            await using var host = await StartAsync(settings, cancellationToken);
            string[] listens = [.. new[] { host.Address is { } grpc ? $"{grpc} (gRPC)" : null, host.HttpAddress is { } http ? $"{http} (HTTP)" : null }.OfType<string>()];
            await Console.Error.WriteLineAsync(listens.Length == 0 ? "Manifold runs." : $"Manifold listens on {string.Join(" and ", listens)}.");
            await host.WaitForShutdownAsync(cancellationToken);
            return 0;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
        catch (StartupException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    /// <summary>Waits for Ctrl-C, SIGTERM or cancellation.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => _app.WaitForShutdownAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
        finally
        {
            await DisposeAllAsync(_owned);
        }
    }

    private static void ConfigureLogging(ILoggingBuilder logging)
    {
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        });
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);

        // The host logs a failed start with its stack; StartupException says it to the person. Orleans warns of workstation GC, at its first check of
        // a pause as long as the machine has been up, and (through Polly) of grains that wait for the silo's own metadata at its start, and of calls for which no silo has the role, which their callers are told. gRPC logs the
        // whole stack of every message that it cannot parse, which is the sender's to know; our own failures are logged by ErrorInterceptor.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None)
            .AddFilter("Orleans.Runtime.Silo", LogLevel.Error)
            .AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error)
            .AddFilter("Orleans", LogLevel.Warning)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Polly", LogLevel.None)
            .AddFilter("Orleans.Messaging", LogLevel.None)
            .AddFilter("Grpc", LogLevel.Warning)
            .AddFilter("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.None);
    }

    private static ServerOptions ReadOptions(IConfiguration configuration)
    {
        ServerOptions options;
        try
        {
            options = configuration.GetSection(ServerOptions.Section).Get<ServerOptions>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new ServerOptions();
        }
        catch (InvalidOperationException e)
        {
            throw new StartupException($"The configuration cannot be read: {e.Message}{(e.InnerException is { } inner ? $" {inner.Message}" : "")}", e);
        }
        var errors = options.Validate().ToList();
        return errors.Count == 0 ? options : throw new StartupException(string.Join(Environment.NewLine, errors));
    }

    private static FileShardLogProvider OpenFileLogs(string folder, ILoggerFactory logs, List<IAsyncDisposable> owned)
    {
        var logger = logs.CreateLogger<FileShardLogProvider>();
        var shardLogs = new FileShardLogProvider(new FileLogOptions { DataFolder = folder, TailCut = cut => LogTailCut(logger, cut.Bytes, cut.File, cut.Offset, cut.LastPosition) });
        owned.Add(shardLogs);
        return shardLogs;
    }

    private static EncoderPool OpenEncoders(ServerOptions options, ILoggerFactory logs, List<IAsyncDisposable> owned)
    {
        // The bundles that come with Manifold lie beside the executable.
        var shipped = Path.Combine(AppContext.BaseDirectory, "bundles");
        if (Directory.Exists(shipped))
        {
            options.Encoders.BundleFolders.Insert(0, shipped);
        }
        if (options.BundleLibrary.Length > 0 && BundleLibrary.HasBundles(options.BundleLibrary))
        {
            options.Encoders.BundleFolders.Add(options.BundleLibrary);
        }
        var pool = new EncoderPool(options.Encoders, logs.CreateLogger<EncoderPool>());
        owned.Add(pool);
        return pool;
    }

    private static StartupException Explain(Exception exception, ServerOptions options) => exception switch
    {
        StartupException e => e,
        _ when Find<AddressInUseException>(exception) is not null => new StartupException(
            $"Manifold:Port is {options.Port}{(options.HttpPort is > 0 and var http ? $" and Manifold:HttpPort {http}" : "")}, and that is in use by another process ({exception.Message}). Choose another with --port and --http-port.",
            exception),
        _ when Find<SegmentStoreClaimedException>(exception) is { } claimed => new StartupException($"{SegmentStoreUri.Key}: {claimed.Message}", exception),
        DeviceUnavailableException or InvalidBundleException => new StartupException(exception.Message, exception),
        UnauthorizedAccessException or IOException => new StartupException(
            $"Manifold:Data is \"{Path.GetFullPath(options.Data)}\": {exception.Message}", exception),
        CorruptDataException or ManifoldException => new StartupException($"The stored catalog cannot be used: {exception.Message}", exception),
        _ => new StartupException($"The server could not start: {exception.Message}", exception),
    };

    private static T? Find<T>(Exception? exception)
        where T : Exception =>
        exception is null or T ? exception as T : Find<T>(exception.InnerException);

    private static Uri ToUri(ListenOptions listen)
    {
        var endpoint = listen.IPEndPoint!;
        var host = endpoint.Address.Equals(IPAddress.Any) ? IPAddress.Loopback : endpoint.Address;
        return new Uri($"http://{new IPEndPoint(host, endpoint.Port)}");
    }

    private static async Task DisposeAllAsync(List<IAsyncDisposable> owned)
    {
        for (var i = owned.Count - 1; i >= 0; i--)
        {
            await owned[i].DisposeAsync();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cut {Bytes} bytes of an unfinished write off the end of {File} at offset {Offset}; the log ends at position {Position}. Nothing that was acknowledged is lost.")]
    private static partial void LogTailCut(ILogger logger, long bytes, string file, long offset, long position);

    private sealed class Disposer(IDisposable inner) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            inner.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
