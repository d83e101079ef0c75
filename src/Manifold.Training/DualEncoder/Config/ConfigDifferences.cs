using System.Collections;

namespace Manifold.Training;

/// <summary>What one configuration has otherwise than another.</summary>
internal static class ConfigDifferences
{
    // They name a run and do not change it.
    private static readonly string[] Ignored = ["name", "version", "description", "license"];

    /// <summary><c>schedule.steps: 300</c> for each key whose value in <paramref name="other"/> is not that of <paramref name="first"/>, in the order of declaration.</summary>
    public static IReadOnlyList<string> Between(DualEncoderConfig first, DualEncoderConfig other)
    {
        var values = Flat(first, "").ToDictionary();
        return [.. Flat(other, "").Where(pair => !Ignored.Contains(pair.Key) && values[pair.Key] != pair.Value).Select(pair => $"{pair.Key}: {pair.Value}")];
    }

    private static IEnumerable<KeyValuePair<string, string>> Flat(object section, string prefix) => ConfigKeys.Of(section.GetType()).SelectMany(pair =>
    {
        string key = ConfigKeys.Dotted(prefix, pair.Key);
        object value = pair.Value.GetValue(section)!;
        if (ConfigKeys.ElementOf(pair.Value.PropertyType) is not null)
            return [KeyValuePair.Create(key, $"[{string.Join(", ", ((IEnumerable)value).Cast<object>().Select(ConfigScalars.Write))}]")];
        return ConfigKeys.IsSection(pair.Value.PropertyType) ? Flat(value, key) : [KeyValuePair.Create(key, ConfigScalars.Write(value))];
    });
}
