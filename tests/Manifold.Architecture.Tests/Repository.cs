using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Manifold.Architecture.Tests;

/// <summary>The repository's projects as their files declare them.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Project name → the projects it references directly.</summary>
    public static IReadOnlyDictionary<string, string[]> ProjectReferences { get; } =
        Sources().ToDictionary(NameOf, file => Includes(file, "ProjectReference").Select(NameOf).ToArray());

    /// <summary>Project name → the packages it references directly.</summary>
    public static IReadOnlyDictionary<string, string[]> PackageReferences { get; } =
        Sources().ToDictionary(NameOf, file => Includes(file, "PackageReference").ToArray());

    /// <summary>A project and everything it references, directly or not.</summary>
    public static IReadOnlySet<string> Closure(string project)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([project]);
        while (open.TryPop(out var next))
        {
            if (found.Add(next))
            {
                Array.ForEach(ProjectReferences[next], open.Push);
            }
        }
        return found;
    }

    /// <summary>Every C# file that people wrote, below <c>src</c>, <c>aspire</c> and <c>tests</c>.</summary>
    public static IEnumerable<string> SourceFiles() =>
        new[] { "src", "aspire", "tests" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !Path.GetRelativePath(Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    private static string NameOf(string file) => Path.GetFileNameWithoutExtension(file);

    private static IEnumerable<string> Sources() =>
        new[] { "src", "aspire" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories));

    private static IEnumerable<string> Includes(string projectFile, string element) =>
        XDocument.Load(projectFile).Descendants(element).Select(reference => (string)reference.Attribute("Include")!);

    private static string FindRoot([CallerFilePath] string here = "")
    {
        // Deterministic builds may map source paths away; then the tests run from below the repository.
        var start = File.Exists(here) ? Path.GetDirectoryName(here)! : AppContext.BaseDirectory;
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
            {
                return folder.FullName;
            }
        }
        throw new InvalidOperationException($"there is no Cluster.sln above {start}");
    }
}
