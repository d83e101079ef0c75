using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Microsoft.Extensions.Hosting;

/// <summary>
/// Tells requests of a management port from others. Its connections carry a mark: a port may be chosen by the operating system, and what a request says of its host is the
/// caller's word.
/// </summary>
public static class ManagementPort
{
    /// <summary>Makes a listener a management port.</summary>
    public static ListenOptions UseManagement(this ListenOptions listener)
    {
        listener.Use(next => connection =>
        {
            connection.Features.Set(Mark.Instance);
            return next(connection);
        });
        return listener;
    }

    internal static bool IsOrigin(HttpContext context) => context.Features.Get<Mark>() is not null;

    private sealed class Mark
    {
        public static readonly Mark Instance = new();
    }
}
