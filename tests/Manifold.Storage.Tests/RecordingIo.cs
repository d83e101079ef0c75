using Microsoft.Win32.SafeHandles;

namespace Manifold.Storage.Tests;

/// <summary>One change of the disk, or a note of what had been acknowledged by then.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Path">The file.</param>
/// <param name="Offset">Where a write began, the new length of a change of length, or the acknowledged position.</param>
/// <param name="Bytes">What a write or a replacement wrote.</param>
internal sealed record DiskEvent(DiskEventKind Kind, string Path, long Offset, byte[] Bytes);

internal enum DiskEventKind
{
    Write,
    SetLength,
    Flush,
    Replace,
    Delete,
    Acknowledged,
}

/// <summary>A disk that writes down everything that happens to it, in order. While it is held, writes of records wait, so that more of them gather.</summary>
internal sealed class RecordingIo : StorageIo, IDisposable
{
    private readonly ManualResetEventSlim _open = new(true);
    private readonly List<DiskEvent> _events = [];

    public IReadOnlyList<DiskEvent> Events => _events;

    public void Hold() => _open.Reset();

    public void LetGo() => _open.Set();

    public void Dispose() => _open.Dispose();

    public void Acknowledge(long position) => Add(DiskEventKind.Acknowledged, "", position, []);

    public override void Write(SafeFileHandle handle, string path, IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset)
    {
        _open.Wait();
        Add(DiskEventKind.Write, path, offset, [.. buffers.SelectMany(buffer => buffer.ToArray())]);
        base.Write(handle, path, buffers, offset);
    }

    public override void Flush(SafeFileHandle handle, string path)
    {
        base.Flush(handle, path);
        Add(DiskEventKind.Flush, path, 0, []);
    }

    public override void SetLength(SafeFileHandle handle, string path, long length)
    {
        Add(DiskEventKind.SetLength, path, length, []);
        base.SetLength(handle, path, length);
    }

    public override void Replace(string path, ReadOnlySpan<byte> content)
    {
        base.Replace(path, content);
        Add(DiskEventKind.Replace, path, 0, content.ToArray());
    }

    public override void Delete(string path)
    {
        Add(DiskEventKind.Delete, path, 0, []);
        base.Delete(path);
    }

    private void Add(DiskEventKind kind, string path, long offset, byte[] bytes)
    {
        lock (_events)
            _events.Add(new DiskEvent(kind, path, offset, bytes));
    }
}
