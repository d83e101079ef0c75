namespace Manifold.Training.Tests;

/// <summary>Finds the repository's folders above the test's output.</summary>
internal static class RepositoryFolder
{
    public static string Of(params string[] relative)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
                return Path.Combine([folder.FullName, .. relative]);
        }

        throw new DirectoryNotFoundException($"No Cluster.sln above {AppContext.BaseDirectory}.");
    }
}
