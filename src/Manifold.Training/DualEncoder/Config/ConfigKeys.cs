using System.Collections.Concurrent;
using System.Reflection;
using YamlDotNet.Serialization.NamingConventions;

namespace Manifold.Training;

/// <summary>The keys of a config file's sections: a section is a record, its keys are the record's properties in snake_case.</summary>
internal static class ConfigKeys
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<KeyValuePair<string, PropertyInfo>>> Known = new();

    /// <summary>The keys of a section, in the order in which the record declares them.</summary>
    public static IReadOnlyList<KeyValuePair<string, PropertyInfo>> Of(Type section) => Known.GetOrAdd(section, type =>
        [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite)
            .OrderBy(property => property.MetadataToken)
            .Select(property => KeyValuePair.Create(UnderscoredNamingConvention.Instance.Apply(property.Name), property))]);

    /// <summary>Whether a value of the type has keys of its own.</summary>
    public static bool IsSection(Type type) => type.IsClass && type != typeof(string);

    /// <summary>The type of a list's elements, or null when the type is no list.</summary>
    public static Type? ElementOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    /// <summary><c>schedule.steps</c>; a key of the top is called by its name alone.</summary>
    public static string Dotted(string section, string key) => section.Length == 0 ? key : $"{section}.{key}";
}
