using System.Collections;
using System.Reflection;

namespace Manifold.Server.Tests;

/// <summary>Which variables of the environment a server reads.</summary>
internal static class ConfigurationNames
{
    /// <summary>Those of Orleans that a silo may be given.</summary>
    public static readonly IReadOnlySet<string> Orleans = new HashSet<string>
    {
        "Orleans__ClusterId",
        "Orleans__ServiceId",
        "Orleans__Clustering__ProviderType",
        "Orleans__Clustering__ServiceKey",
        "Orleans__GrainStorage__manifold__ProviderType",
        "Orleans__GrainStorage__manifold__ServiceKey",
        "Orleans__Endpoints__AdvertisedIPAddress",
        "Orleans__Endpoints__SiloPort",
        "Orleans__Endpoints__GatewayPort",
    };

    /// <summary>Whether <see cref="ServerOptions"/> has what a name like <c>Manifold__Shards__MergeFactor</c> means.</summary>
    public static bool IsOption(string name)
    {
        var parts = name.Split("__");
        var type = parts[0] == ServerOptions.Section ? typeof(ServerOptions) : null;
        foreach (var part in parts.Skip(1))
        {
            type = type is null ? null : Below(type, part);
        }
        return parts.Length > 1 && type is not null && IsValue(type);
    }

    private static Type? Below(Type type, string part)
    {
        if (IsValue(type))
        {
            return null;
        }
        if (typeof(IEnumerable).IsAssignableFrom(type))
        {
            // Of a list, a position; of a dictionary, any key.
            var arguments = type.GetGenericArguments();
            return arguments.Length == 2 || (part.Length > 0 && part.All(char.IsAsciiDigit)) ? arguments[^1] : null;
        }
        var property = type.GetProperty(part, BindingFlags.Public | BindingFlags.Instance);
        return property is { CanWrite: true } ? Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType : null;
    }

    private static bool IsValue(Type type) => type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(TimeSpan) || type == typeof(decimal);
}
