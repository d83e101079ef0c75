using Manifold.Server;

namespace Manifold.Cli;

/// <summary>The server inside this process.</summary>
internal static class LocalServer
{
    /// <summary>Runs until Ctrl-C or SIGTERM.</summary>
    public static Task<int> RunAsync(IEnumerable<KeyValuePair<string, string?>> settings, CancellationToken cancellationToken) =>
        ManifoldHost.RunAsync(settings, cancellationToken);

    /// <exception cref="ToolException">It does not start; the message says why.</exception>
    public static async Task<ManifoldHost> StartAsync(IEnumerable<KeyValuePair<string, string?>> settings, CancellationToken cancellationToken)
    {
        try
        {
            return await ManifoldHost.StartAsync(settings, cancellationToken);
        }
        catch (StartupException exception)
        {
            throw new ToolException(exception.Message);
        }
    }
}
