namespace Manifold.Storage;

/// <summary>A local file with an object's bytes, which stays until the lease is given back or the object is deleted.</summary>
/// <param name="path">The file.</param>
/// <param name="release">Called once, when the lease is given back.</param>
public sealed class SegmentLease(string path, Action? release = null) : IDisposable
{
    private Action? _release = release;

    /// <summary>The file, for mapping.</summary>
    public string Path => path;

    /// <summary>Gives the lease back; more than once does nothing.</summary>
    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
