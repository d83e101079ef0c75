namespace Manifold.Cluster.Tests;

/// <summary>Where the sources and what was built of them are, found from the test assembly.</summary>
internal static class Repository
{
    /// <summary>The folder with the solution.</summary>
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>The tool, built in the configuration that these tests were built in.</summary>
    public static string Tool { get; } = Path.Combine(Root, "src", "Manifold.Cli", BuildFolder(), "manifold.dll");

    /// <summary>The dotnet host that runs it.</summary>
    public static string Dotnet { get; } = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet";

    private static string Find(DirectoryInfo folder) =>
        File.Exists(Path.Combine(folder.FullName, "Cluster.sln"))
            ? folder.FullName
            : Find(folder.Parent ?? throw new DirectoryNotFoundException($"no folder above {AppContext.BaseDirectory} has Cluster.sln"));

    /// <summary>The end of this assembly's folder: <c>bin/Release/net10.0</c>.</summary>
    private static string BuildFolder() => Path.GetRelativePath(Path.Combine(Root, "tests", "Manifold.Cluster.Tests"), AppContext.BaseDirectory);
}
