using Microsoft.Extensions.Configuration;

namespace Manifold.Server.Tests;

/// <summary>What a server would make of variables of its environment, by the code that reads them.</summary>
internal static class SiloSettings
{
    /// <summary>The options of a silo of a cluster.</summary>
    /// <exception cref="InvalidOperationException">A name is none that a server knows.</exception>
    /// <exception cref="StartupException">A server would not start with them.</exception>
    public static ServerOptions Read(IEnumerable<KeyValuePair<string, string>> variables)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(variables.Select(v => KeyValuePair.Create(v.Key.Replace("__", ":", StringComparison.Ordinal), (string?)v.Value)));
        var options = configuration.GetSection(ServerOptions.Section).Get<ServerOptions>(binder => binder.ErrorOnUnknownConfiguration = true)!;
        Assert.Empty(options.Validate());
        Assert.NotNull(ClusterSettings.Read(configuration, options));
        return options;
    }
}
