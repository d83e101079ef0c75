using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Manifold.Storage;

/// <summary>
/// Documents as files of one folder. A document's ETag is a new random id with each write, so that a document that was changed and changed back, or
/// deleted and written again, is another version. Compare-and-swap is atomic among all stores of this process on the folder; hold a
/// <see cref="FolderLock"/> against other processes. Safe for concurrent use.
/// </summary>
/// <remarks>
/// A file, little-endian: magic (8), version (4), key length (4), ETag (16), content length (8), XXH3-128 (16) of everything else in the
/// file, key (UTF-8), content. A write that fails may still have been stored: read again and compare.
/// </remarks>
public sealed class FileDocumentStore : IDocumentStore
{
    private const string Suffix = ".doc";
    private const int HeaderBytes = 56;
    private const int ChecksumOffset = 40;
    private const int Version = 1;

    // A fixed set of locks for all stores of the process: two keys that share one only wait for each other.
    private static readonly SemaphoreSlim[] Locks = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1, 1))];

    private readonly string _root;

    /// <summary>Opens the store, creating the folder where there is none, and deletes what a crash left of unfinished writes.</summary>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    public FileDocumentStore(string root)
    {
        _root = Path.GetFullPath(root);
        DurableFile.CreateFolder(_root);
        DurableFile.RemoveTemporaries(_root, SearchOption.AllDirectories);
    }

    private static ReadOnlySpan<byte> Magic => "MNFLDDOC"u8;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The key is empty, too long (1,024 bytes of UTF-8) or no valid Unicode.</exception>
    public async Task<Document?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        var path = PathOf(key);
        byte[] bytes;
        try
        {
            bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        return Decode(path, key, bytes);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The key is empty, too long (1,024 bytes of UTF-8) or no valid Unicode.</exception>
    /// <exception cref="CorruptDataException">The stored document is damaged; names the file. It is not overwritten.</exception>
    public async Task<string> WriteAsync(string key, ReadOnlyMemory<byte> content, string? expectedETag, CancellationToken cancellationToken)
    {
        var path = PathOf(key);
        var etag = Guid.NewGuid();
        var bytes = Encode(key, etag, content.Span);
        await ReplaceAsync(key, expectedETag, () =>
        {
            DurableFile.CreateFolder(Path.GetDirectoryName(path)!);
            DurableFile.Replace(path, bytes);
        }, cancellationToken);
        return etag.ToString("N");
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string key, string expectedETag, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(expectedETag);
        var path = PathOf(key);
        return ReplaceAsync(key, expectedETag, () =>
        {
            File.Delete(path);
            PosixFile.FlushFolder(Path.GetDirectoryName(path)!);
        }, cancellationToken);
    }

    private async Task ReplaceAsync(string key, string? expectedETag, Action change, CancellationToken cancellationToken)
    {
        var gate = Locks[(uint)StringComparer.Ordinal.GetHashCode(PathOf(key)) % (uint)Locks.Length];
        await gate.WaitAsync(cancellationToken);
        try
        {
            var found = (await ReadAsync(key, cancellationToken))?.ETag;
            if (found != expectedETag)
            {
                throw new DocumentConflictException(
                    $"document '{key}' is at version {found ?? "none (absent)"}; the caller expected {expectedETag ?? "none (absent)"}");
            }
            await Task.Run(change, CancellationToken.None);
        }
        finally
        {
            gate.Release();
        }
    }

    private string PathOf(string key) => Path.Combine(_root, FileNameEscape.Escape(key) + Suffix);

    private static byte[] Encode(string key, Guid etag, ReadOnlySpan<byte> content)
    {
        var keyBytes = Encoding.UTF8.GetBytes(key);
        var bytes = new byte[HeaderBytes + keyBytes.Length + content.Length];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), keyBytes.Length);
        etag.TryWriteBytes(bytes.AsSpan(16), bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), content.Length);
        keyBytes.CopyTo(bytes, HeaderBytes);
        content.CopyTo(bytes.AsSpan(HeaderBytes + keyBytes.Length));
        Checksum(bytes).CopyTo(bytes.AsSpan(ChecksumOffset));
        return bytes;
    }

    private static Document Decode(string path, string key, byte[] bytes)
    {
        if (bytes.Length < HeaderBytes || !bytes.AsSpan().StartsWith(Magic)
            || !bytes.AsSpan(ChecksumOffset, 16).SequenceEqual(Checksum(bytes)))
        {
            throw new CorruptDataException($"{path}: the document is damaged ({bytes.Length} bytes, checksum at offset {ChecksumOffset})");
        }
        var version = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8));
        if (version != Version)
            throw new CorruptDataException($"{path}: document format {version} at offset 8; this program reads format {Version}");
        var contentOffset = HeaderBytes + BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(12));
        if (Encoding.UTF8.GetString(bytes, HeaderBytes, contentOffset - HeaderBytes) != key)
            throw new CorruptDataException($"{path}: the document at offset {HeaderBytes} is of another key than '{key}'");
        return new Document(bytes.AsMemory(contentOffset), new Guid(bytes.AsSpan(16, 16), bigEndian: true).ToString("N"));
    }

    private static byte[] Checksum(ReadOnlySpan<byte> bytes)
    {
        var hash = new XxHash128();
        hash.Append(bytes[..ChecksumOffset]);
        hash.Append(bytes[HeaderBytes..]);
        return hash.GetCurrentHash();
    }
}
