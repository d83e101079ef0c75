using System.Text.Json;
using System.Text.RegularExpressions;
using Manifold.Grains;

namespace Manifold.Server.Tests;

/// <summary>The chart's values, their schema and their use are about the same things. Without Helm, so that every machine sees it.</summary>
public sealed partial class ChartValueTests
{
    private static readonly Dictionary<object, object?> Values = DeploymentFiles.ReadYaml($"{Helm.Chart}/values.yaml");

    private static readonly string Templates = string.Concat(Directory.EnumerateFiles(DeploymentFiles.FullPath($"{Helm.Chart}/templates")).Select(File.ReadAllText));

    [Fact]
    public void Values_ThatTemplatesUse_AreInTheFile()
    {
        var missing = Use().Matches(Templates).Select(m => m.Groups[1].Value).Distinct().Where(path => !IsThere(Values, path.Split('.')));
        Assert.Empty(missing);
    }

    [Fact]
    public void Values_OfTheFile_AreUsed()
    {
        var used = Use().Matches(Templates).Select(m => m.Groups[1].Value)
            .Concat(SettingUse().Matches(Templates).SelectMany(m => new[] { "shard", "encoder", "gateway" }.Select(role => $"{role}.{m.Groups[1].Value}")))
            .ToHashSet();
        Assert.DoesNotContain(Paths(Values, ""), path => !Prefixes(path).Any(used.Contains));
    }

    [Fact]
    public void Schema_OfTheValues_HasTheSameNames()
    {
        using var schema = JsonDocument.Parse(DeploymentFiles.Read($"{Helm.Chart}/values.schema.json"));
        var known = Known(schema.RootElement, "").ToHashSet();
        Assert.DoesNotContain(known, path => path != "global" && !IsThere(Values, path.Split('.')));
        Assert.DoesNotContain(Paths(Values, ""), path => !Prefixes(path).Any(known.Contains));
    }

    [Theory]
    [InlineData("defaultShardCount", CollectionRules.MaxShards)]
    [InlineData("defaultReplicaCount", CollectionRules.MaxReplicas)]
    public void Schema_OfACount_HasTheServersBound(string name, int bound)
    {
        using var schema = JsonDocument.Parse(DeploymentFiles.Read($"{Helm.Chart}/values.schema.json"));
        Assert.Equal(bound, schema.RootElement.GetProperty("properties").GetProperty("cluster").GetProperty("properties").GetProperty(name).GetProperty("maximum").GetInt32());
    }

    [Fact]
    public void Defaults_OfTheCache_FitIntoItsVolume()
    {
        var size = Gibibytes().Match(Values.TextAt("shard", "cache", "size"));
        Assert.InRange(long.Parse(Values.TextAt("shard", "cache", "maxBytes"), System.Globalization.CultureInfo.InvariantCulture), 1, (long.Parse(size.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) << 30) - 1);
    }

    private static bool IsThere(object? node, IEnumerable<string> path) =>
        path.All(part => node is Dictionary<object, object?> map && map.TryGetValue(part, out node));

    private static IEnumerable<string> Paths(Dictionary<object, object?> map, string prefix) =>
        map.SelectMany(pair => pair.Value is Dictionary<object, object?> { Count: > 0 } below ? Paths(below, $"{prefix}{pair.Key}.") : [$"{prefix}{pair.Key}"]);

    /// <summary>a.b.c: a, a.b, a.b.c. A template may use a whole map.</summary>
    private static IEnumerable<string> Prefixes(string path)
    {
        var parts = path.Split('.');
        return Enumerable.Range(1, parts.Length).Select(count => string.Join('.', parts.Take(count)));
    }

    /// <summary>What a schema closes down to its last level; open maps end a path.</summary>
    private static IEnumerable<string> Known(JsonElement schema, string prefix) =>
        schema.GetProperty("properties").EnumerateObject().SelectMany(p =>
            p.Value.TryGetProperty("properties", out _) ? Known(p.Value, $"{prefix}{p.Name}.") : [$"{prefix}{p.Name}"]);

    [GeneratedRegex(@"(?:\.Values|\$values)\.([A-Za-z0-9.]+[A-Za-z0-9])")]
    private static partial Regex Use();

    [GeneratedRegex(@"\.settings\.([A-Za-z0-9.]+[A-Za-z0-9])")]
    private static partial Regex SettingUse();

    [GeneratedRegex("^([0-9]+)Gi$")]
    private static partial Regex Gibibytes();
}
