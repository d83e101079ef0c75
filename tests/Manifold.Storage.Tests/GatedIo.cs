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

    /// <summary>Waits until a write has arrived at the gate: what is handed over from now on is in the next one.</summary>
    public void WaitForWrite() => _arrived.Wait(TestContext.Current.CancellationToken);

    public void Open() => _open.Set();

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
