using System.Buffers.Binary;
using Manifold.Storage;

namespace Manifold.Shards;

/// <summary>
/// Keeps a shard's log from being truncated beyond a position, for a shard that is being split off it: a document that the leader reads before it truncates. It
/// outlives the processes of both.
/// </summary>
internal sealed class LogHold(IDocumentStore documents, string shard)
{
    private string Key => $"hold/{shard}";

    /// <returns>The last position that may be truncated; <c>null</c> where nothing is held.</returns>
    /// <exception cref="CorruptDataException">The document cannot be read.</exception>
    public async Task<long?> ReadAsync(CancellationToken cancellationToken) =>
        await documents.ReadAsync(Key, cancellationToken) is { } document ? Parse(document) : null;

    /// <summary>Holds what follows a position, whatever was held before.</summary>
    public async Task SetAsync(long position, CancellationToken cancellationToken)
    {
        var content = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(content, position);
        while (true)
        {
            try
            {
                await documents.WriteAsync(Key, content, (await documents.ReadAsync(Key, cancellationToken))?.ETag, cancellationToken);
                return;
            }
            catch (DocumentConflictException)
            {
                // Another leader of the shard wrote in between.
            }
        }
    }

    public Task RemoveAsync(CancellationToken cancellationToken) => documents.DeleteAsync(Key, cancellationToken);

    private long Parse(Document document) => document.Content.Length == 8
        ? BinaryPrimitives.ReadInt64LittleEndian(document.Content.Span)
        : throw new CorruptDataException($"the hold of the log of shard {shard} has {document.Content.Length} bytes where 8 should be");
}
