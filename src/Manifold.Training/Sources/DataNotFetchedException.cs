namespace Manifold.Training;

/// <summary>The data cache lacks packages that the fetcher would have put there.</summary>
public sealed class DataNotFetchedException(string folder, IReadOnlyList<string> missing) : Exception(
    $"The data is not fetched: {folder} lacks {string.Join(", ", missing)}. " +
    "Run src/Manifold.Training/data/fetch.sh (about 490 MB), or set MANIFOLD_DATA to the folder that it filled.")
{
    /// <summary>The folder that was looked at.</summary>
    public string Folder { get; } = folder;

    /// <summary>The packages that are missing.</summary>
    public IReadOnlyList<string> Missing { get; } = missing;
}
