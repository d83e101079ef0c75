namespace Manifold.Index.Tests;

/// <summary>A folder of its own for each test, deleted at its end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private int _files;

    public string Path { get; } = Directory.CreateTempSubdirectory("manifold-index-").FullName;

    public string NewFile() => System.IO.Path.Combine(Path, $"{Interlocked.Increment(ref _files)}.segment");

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
