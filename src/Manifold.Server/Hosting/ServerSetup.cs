using Manifold.Grains;

namespace Manifold.Server;

/// <summary>The public wire of a gateway: services and their addresses.</summary>
internal static class ServerSetup
{
    public static void AddManifoldServer(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(options.Coordinator);
        services.AddSingleton(options.Placement);
        services.AddSingleton(options.Content);
        services.AddSingleton(_ => new QueryAdmission(options.Coordinator.MaxConcurrentQueries));
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = options.Limits.MaxMessageBytes;
            grpc.MaxSendMessageSize = options.Limits.MaxMessageBytes;
            grpc.Interceptors.Add<ErrorInterceptor>();
        });
        services.AddGrpcReflection();
        var health = services.AddGrpcHealthChecks();
        if (options.ParseRoles().HasFlag(SiloRoles.Gateway))
        {
            health.AddCheck<CatalogHealthCheck>("catalog");
        }
        if (options.ParseRoles().HasFlag(SiloRoles.Shard))
        {
            health.AddCheck<ReplicasHealthCheck>("replicas");
        }
    }

    public static void MapManifoldServer(this WebApplication app)
    {
        app.MapGrpcService<CollectionsService>();
        app.MapGrpcService<ItemsService>();
        app.MapGrpcService<SearchService>();
        app.MapGrpcService<EncodersService>();
        app.MapGrpcService<ClusterService>();
        app.MapGrpcService<SnapshotsService>();
        app.MapGrpcHealthChecksService();
        app.MapGrpcReflectionService();
        app.MapDefaultEndpoints(OrleansDashboard.Path);
        OrleansDashboard.Map(app);
    }
}
