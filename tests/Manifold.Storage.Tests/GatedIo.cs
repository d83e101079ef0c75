using Microsoft.Win32.SafeHandles;

namespace Manifold.Storage.Tests;

/// <summary>A disk whose writes of records wait while the gate is closed, so that a test decides what is committed together.</summary>
internal sealed class GatedIo : StorageIo, IDisposable
{
    private readonly ManualResetEventSlim _open = new(true);
    private readonly ManualResetEventSlim _arrived = new(true);

    public void Close()
    {
        _arrived.Reset();
        _open.Reset();
    }

    /// <summary>Waits for a write to arrive at the gate, then lets it and all later ones pass.</summary>
    public void Open()
    {
        _arrived.Wait(TestContext.Current.CancellationToken);
        _open.Set();
    }

    public override void Write(SafeFileHandle handle, string path, IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset)
    {
        _arrived.Set();
        _open.Wait();
        base.Write(handle, path, buffers, offset);
    }

    public void Dispose()
    {
        _open.Dispose();
        _arrived.Dispose();
    }
}
