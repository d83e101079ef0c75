using System.Text.Json;
using System.Text.RegularExpressions;
using Manifold.Architecture.Tests;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Manifold.Server.Tests;

/// <summary>The files that servers are deployed with, as people wrote them.</summary>
internal static partial class DeploymentFiles
{
    public const string AppHost = "aspire/Manifold.AppHost/AppHost.cs", Compose = "deploy/compose/compose.yaml", Image = "deploy/docker/Dockerfile";

    /// <summary>All of them, relative to the repository.</summary>
    public static IEnumerable<string> All() =>
        Directory.EnumerateFiles(FullPath("deploy"), "*", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(FullPath("aspire"), "*.md"))
            .Append(FullPath(AppHost))
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .Where(file => !file.EndsWith("/redis.env", StringComparison.Ordinal));

    public static string FullPath(string file) => Path.Combine(Repository.Root, file);

    public static string Read(string file) => File.ReadAllText(FullPath(file));

    /// <summary>A YAML document as maps, lists and texts, with its merge keys resolved.</summary>
    public static Dictionary<object, object?> ReadYaml(string file) => ParseYaml(Read(file)).Single();

    /// <summary>The documents of a stream that are not empty.</summary>
    public static IEnumerable<Dictionary<object, object?>> ParseYaml(string text)
    {
        var parser = new MergingParser(new Parser(new StringReader(text)));
        var deserializer = new DeserializerBuilder().Build();
        parser.Consume<YamlDotNet.Core.Events.StreamStart>();
        while (!parser.Accept<YamlDotNet.Core.Events.StreamEnd>(out _))
        {
            if (deserializer.Deserialize<object?>(parser) is Dictionary<object, object?> document)
            {
                yield return document;
            }
        }
    }

    /// <summary>What is at a path of keys and of positions in lists.</summary>
    public static object? At(this object? node, params object[] path)
    {
        foreach (var part in path)
        {
            node = part is int position ? ((List<object?>)node!)[position] : ((Dictionary<object, object?>)node!).GetValueOrDefault(part);
        }
        return node;
    }

    public static List<object?> ListAt(this object? node, params object[] path) => node.At(path) as List<object?> ?? [];

    public static Dictionary<object, object?> MapAt(this object? node, params object[] path) => node.At(path) as Dictionary<object, object?> ?? [];

    public static string TextAt(this object? node, params object[] path) => Assert.IsType<string>(node.At(path));

    /// <summary>The variables that an image sets.</summary>
    public static Dictionary<string, string> ImageVariables(string dockerfile) =>
        Variable().Matches(EnvInstruction().Match(Read(dockerfile)).Value).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);

    /// <summary>The command by which an image is asked whether it lives.</summary>
    public static string[] ImageHealthCheck(string dockerfile) =>
        JsonSerializer.Deserialize<string[]>(HealthCheck().Match(Read(dockerfile)).Groups[1].Value)!;

    /// <summary>A file of variables, one a line.</summary>
    public static Dictionary<string, string> EnvironmentFile(string file) =>
        File.ReadLines(FullPath(file)).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

    [GeneratedRegex(@"^ENV (.*\\\n)*.*$", RegexOptions.Multiline)]
    private static partial Regex EnvInstruction();

    [GeneratedRegex(@"(\w+)=(\S+)")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^HEALTHCHECK .*\\\n\s+CMD (\[.*\])$", RegexOptions.Multiline)]
    private static partial Regex HealthCheck();
}
