using Microsoft.Win32.SafeHandles;

namespace Manifold.Storage;

/// <summary>What <see cref="RecordReader.Read"/> found.</summary>
internal enum RecordRead
{
    /// <summary>A whole record whose checksums hold.</summary>
    Record,

    /// <summary>Nothing more: the end, or nothing but zeros up to it (space that was taken ahead).</summary>
    End,

    /// <summary>Bytes that are no whole record.</summary>
    Damaged,
}

/// <summary>Reads the records of one log file in order through a buffer. Not safe for concurrent use.</summary>
internal sealed class RecordReader(SafeFileHandle handle, ulong salt, long offset, long end)
{
    private byte[] _buffer = new byte[256 * 1024];
    private long _bufferOffset = offset;
    private int _bufferLength;

    /// <summary>The offset of the next record.</summary>
    public long Offset { get; private set; } = offset;

    /// <summary>Reads the next record. The payload is valid until the next call.</summary>
    public RecordRead Read(out RecordHeader header, out ReadOnlyMemory<byte> payload)
    {
        header = default;
        payload = default;
        if (!TryFill(Offset, RecordHeader.Size, out var bytes) || !RecordHeader.TryRead(bytes.Span, salt, Offset, out header))
            return IsZeroToEnd() ? RecordRead.End : RecordRead.Damaged;
        if (!TryFill(Offset, RecordHeader.Size + (long)header.Length, out bytes))
            return RecordRead.Damaged;
        payload = bytes[RecordHeader.Size..];
        if (RunningChecksum.OfPayload(payload.Span) != header.PayloadChecksum)
            return RecordRead.Damaged;
        Offset += bytes.Length;
        return RecordRead.Record;
    }

    /// <summary>
    /// Looks beyond damage at <see cref="Offset"/> for a whole header that says that <paramref name="position"/> was durable before it was written.
    /// </summary>
    /// <returns>The offset of such a header, or -1.</returns>
    public long FindCommitClaim(long position)
    {
        for (var at = Offset + 1; at + RecordHeader.Size <= end;)
        {
            if (!TryFill(at, Math.Min(end - at, 64 * 1024), out var bytes))
                return -1;
            var found = bytes.Span.IndexOf(RecordHeader.Marker);
            if (found < 0)
            {
                at += bytes.Length - RecordHeader.Marker.Length + 1;
                continue;
            }
            at += found;
            if (TryFill(at, RecordHeader.Size, out bytes) && RecordHeader.TryRead(bytes.Span, salt, at, out var header)
                && header.CommittedThrough >= position)
            {
                return at;
            }
            at++;
        }
        return -1;
    }

    private bool IsZeroToEnd()
    {
        for (var at = Offset; at < end;)
        {
            if (!TryFill(at, Math.Min(end - at, 64 * 1024), out var bytes))
                return false;
            if (bytes.Span.ContainsAnyExcept((byte)0))
                return false;
            at += bytes.Length;
        }
        return true;
    }

    private bool TryFill(long at, long length, out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        if (length > end - at)
            return false;
        if (at < _bufferOffset || at + length > _bufferOffset + _bufferLength)
        {
            if (length > _buffer.Length)
                _buffer = new byte[length];
            _bufferOffset = at;
            _bufferLength = 0;
            var wanted = (int)Math.Min(_buffer.Length, end - at);
            while (_bufferLength < wanted)
            {
                var read = RandomAccess.Read(handle, _buffer.AsSpan(_bufferLength, wanted - _bufferLength), at + _bufferLength);
                if (read == 0)
                    break;
                _bufferLength += read;
            }
        }
        if (at + length > _bufferOffset + _bufferLength)
            return false;
        bytes = _buffer.AsMemory((int)(at - _bufferOffset), (int)length);
        return true;
    }
}
