using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Manifold.Index;

/// <summary>Writes forward only: counts, pads, and takes the checksum of each section as its bytes pass.</summary>
internal sealed class SectionStream(Stream output)
{
    /// <summary>Large enough that the cost of a call to the stream does not show beside that of the bytes.</summary>
    private const int BufferBytes = 256 * 1024;

    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly XxHash3 _hash = new();
    private int _buffered;
    private int _hashed;

    public long Position { get; private set; }

    public void PadTo(long offset)
    {
        while (Position < offset) Write<byte>(0);
    }

    public void BeginSection()
    {
        _hash.Reset();
        _hashed = _buffered;
    }

    public ulong EndSection()
    {
        HashBuffered();
        return _hash.GetCurrentHashAsUInt64();
    }

    public void Write<T>(T value)
        where T : unmanaged => Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    /// <summary>Writes elements as they are in memory, however many bytes they are.</summary>
    public void WriteAll<T>(ReadOnlySpan<T> elements)
        where T : unmanaged
    {
        const int Step = 1 << 24;
        for (; elements.Length > Step; elements = elements[Step..]) Write(MemoryMarshal.AsBytes(elements[..Step]));
        Write(MemoryMarshal.AsBytes(elements));
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Position += bytes.Length;
        while (bytes.Length > _buffer.Length - _buffered)
        {
            var part = _buffer.Length - _buffered;
            bytes[..part].CopyTo(_buffer.AsSpan(_buffered));
            _buffered += part;
            bytes = bytes[part..];
            Flush();
        }

        bytes.CopyTo(_buffer.AsSpan(_buffered));
        _buffered += bytes.Length;
    }

    public void Flush()
    {
        HashBuffered();
        output.Write(_buffer, 0, _buffered);
        _buffered = 0;
        _hashed = 0;
    }

    private void HashBuffered()
    {
        _hash.Append(_buffer.AsSpan(_hashed, _buffered - _hashed));
        _hashed = _buffered;
    }
}
