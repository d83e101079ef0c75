using Manifold.Grains;
using Microsoft.Extensions.Configuration.Memory;

namespace Manifold.Server;

/// <summary>
/// What makes a silo part of a cluster, in the standard names that Aspire, compose files, Kubernetes and shells set alike: <c>ConnectionStrings:redis</c>, and Orleans' own section
/// <c>Orleans</c>, of which <c>ServiceId</c> must be another for each cluster that shares a Redis: keys begin with it.
/// </summary>
/// <param name="Redis">Where Redis is, in the form of StackExchange.Redis. It may hold a password.</param>
/// <param name="ServiceKey">The name under which Orleans' providers find the connection.</param>
/// <param name="ServiceId">Whose data it is: all keys in Redis begin with it.</param>
/// <param name="ClusterId">Which silos belong together.</param>
internal sealed record ClusterSettings(string Redis, string ServiceKey, string ServiceId, string ClusterId)
{
    private const string DefaultKey = "redis", Provider = "Redis";
    private const int DefaultSiloPort = 11111;

    /// <summary>The settings; <c>null</c> for a server that runs alone. What Orleans needs to be told, and is not, is added to the configuration.</summary>
    /// <exception cref="StartupException">They contradict each other; names the key.</exception>
    public static ClusterSettings? Read(ConfigurationManager configuration, ServerOptions options)
    {
        var provider = configuration["Orleans:Clustering:ProviderType"];
        var key = configuration["Orleans:Clustering:ServiceKey"] ?? DefaultKey;
        var redis = configuration.GetConnectionString(key);
        if (string.IsNullOrWhiteSpace(redis))
        {
            return provider is null
                ? null
                : throw new StartupException($"Orleans:Clustering:ProviderType is \"{provider}\", and ConnectionStrings:{key} is not set; a cluster needs it, as host:6379.");
        }
        if (provider is not (null or Provider))
        {
            throw new StartupException($"Orleans:Clustering:ProviderType is \"{provider}\"; Manifold's clusters keep their membership in {Provider}.");
        }
        if (options.SegmentStore.Length == 0)
        {
            throw new StartupException(
                $"{ServerOptions.Section}:{nameof(ServerOptions.SegmentStore)} is not set; the silos of a cluster share one: file:///mounted/folder, or s3://bucket/prefix.");
        }
        if (options.Port == 0 && options.Name.Length == 0)
        {
            throw new StartupException($"{ServerOptions.Section}:{nameof(ServerOptions.Name)} is not set and {ServerOptions.Section}:Port is 0; a silo needs a name that it keeps when it starts again.");
        }

        var loopback = System.Net.IPAddress.IsLoopback(System.Net.IPAddress.Parse(options.Listen));
        var defaults = new Dictionary<string, string?>
        {
            ["Orleans:ServiceId"] = "manifold",
            ["Orleans:ClusterId"] = "manifold",
            ["Orleans:Clustering:ProviderType"] = Provider,
            ["Orleans:Clustering:ServiceKey"] = key,
            [$"Orleans:GrainStorage:{ManifoldStorage.Name}:ProviderType"] = Provider,
            [$"Orleans:GrainStorage:{ManifoldStorage.Name}:ServiceKey"] = key,
            ["Orleans:Endpoints:SiloPort"] = $"{DefaultSiloPort}",
            ["Orleans:Endpoints:GatewayPort"] = "0",
            // Nothing listens beyond loopback until it is told to.
            ["Orleans:Endpoints:AdvertisedIPAddress"] = loopback ? "127.0.0.1" : null,
        };
        var missing = defaults.Where(pair => pair.Value is not null && configuration[pair.Key] is null).ToArray();
        configuration.Sources.Add(new MemoryConfigurationSource { InitialData = missing });
        var settings = new ClusterSettings(redis, key, configuration["Orleans:ServiceId"]!, configuration["Orleans:ClusterId"]!);
        return IsName(settings.ServiceId)
            ? settings
            : throw new StartupException($"Orleans:ServiceId is \"{settings.ServiceId}\"; it must be 1 to 64 letters, digits, \"-\", \"_\" and \".\": keys in Redis begin with it.");
    }

    private static bool IsName(string name) => name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
