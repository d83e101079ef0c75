namespace Manifold.Storage.Tests;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    /// <param name="inMemory">On a memory file system where there is one: for tests that open thousands of folders.</param>
    public TemporaryFolder(bool inMemory = false)
    {
        Path = inMemory && Directory.Exists("/dev/shm")
            ? Directory.CreateDirectory($"/dev/shm/manifold-{Guid.NewGuid():N}").FullName
            : Directory.CreateTempSubdirectory("manifold-storage-").FullName;
    }

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
