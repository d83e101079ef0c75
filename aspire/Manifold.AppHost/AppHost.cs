using Microsoft.Extensions.Configuration;

// The cluster on one machine: Redis, three shard silos, two encoder silos, two gateways. README.md beside this project tells what can be set.
var builder = DistributedApplication.CreateBuilder(args);
var settings = builder.Configuration.GetSection("AppHost");
var data = settings["Data"] ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "manifold-apphost");
var segments = settings["SegmentStore"] ?? $"file://{Path.Combine(data, "segments")}";

// Silos refuse a Redis that could lose what it acknowledged. One that is there already is used as it is.
IResourceBuilder<IResourceWithConnectionString> redis = string.IsNullOrEmpty(builder.Configuration.GetConnectionString("redis"))
    ? builder.AddRedis("redis")
        .WithDataVolume("manifold-redis")
        .WithPersistence()
        .WithArgs("--appendonly", "yes", "--appendfsync", "always", "--no-appendfsync-on-rewrite", "no", "--maxmemory-policy", "noeviction")
    : builder.AddConnectionString("redis").WithOrleansProviderType("Redis");

var orleans = builder.AddOrleans("cluster")
    .WithClusterId("manifold")
    .WithServiceId("manifold")
    .WithClustering(redis)
    .WithGrainStorage("manifold", redis);

var shards = Enumerable.Range(1, 3).Select(number => AddSilo($"shard-{number}", "shard")).ToArray();

var encoders = Enumerable.Range(1, 2).Select(number => AddSilo($"encoder-{number}", "encoder")).ToArray();
for (var i = 0; i < encoders.Length; i++)
{
    encoders[i].WithEnvironment("Manifold__Encoders__Device", settings["EncoderDevice"] ?? "auto");
    if (settings[$"CudaVisibleDevices:{i}"] is { } gpus)
    {
        encoders[i].WithEnvironment("CUDA_VISIBLE_DEVICES", gpus);
    }
}

for (var number = 1; number <= 2; number++)
{
    var gateway = AddSilo($"gateway-{number}", "gateway")
        .WithHttpEndpoint(name: "grpc", env: "Manifold__Port")
        .WithEndpoint("grpc", endpoint =>
        {
            endpoint.Transport = "http2";
            endpoint.IsExternal = true;
        });

    // The catalog is a grain of the shard silos: a gateway without them is not healthy.
    foreach (var shard in shards)
    {
        gateway.WaitFor(shard);
    }
}

builder.Build().Run();

IResourceBuilder<ProjectResource> AddSilo(string name, string role) =>
    builder.AddProject<Projects.Manifold_Server>(name, launchProfileName: null)
        .WithReference(orleans)
        .WaitFor(redis)
        .WithEnvironment("Orleans__Endpoints__AdvertisedIPAddress", "127.0.0.1")
        .WithEnvironment("Manifold__Roles", role)
        .WithEnvironment("Manifold__Name", name)
        .WithEnvironment("Manifold__Data", Path.Combine(data, name))
        .WithEnvironment("Manifold__SegmentStore", segments)
        .WithHttpEndpoint(name: "http", env: "Manifold__HttpPort")
        .WithHttpHealthCheck("/health", endpointName: "http");
