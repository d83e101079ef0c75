using Orleans.Dashboard;

namespace Manifold.Server;

/// <summary>Orleans' own dashboard on the management port, where <see cref="ServerOptions.OrleansDashboard"/> asks for it.</summary>
internal static class OrleansDashboard
{
    /// <summary>Where it is.</summary>
    public const string Path = "/dashboard";

    /// <summary>Counts grain calls for it. Its stream of the log stays off: the log has what is no business of whoever may read metrics.</summary>
    public static void Add(ISiloBuilder silo, ServerOptions options)
    {
        if (options.OrleansDashboard)
        {
            silo.AddDashboard(dashboard => dashboard.HideTrace = true);
        }
    }

    public static void Map(WebApplication app)
    {
        if (app.Services.GetRequiredService<ServerOptions>().OrleansDashboard)
        {
            app.MapOrleansDashboard(Path);
        }
    }
}
