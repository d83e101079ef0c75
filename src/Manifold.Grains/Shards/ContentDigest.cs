using System.Buffers;
using System.IO.Hashing;
using Manifold.Index;

namespace Manifold.Grains;

/// <summary>
/// What all items of a view come to: the sum, modulo 2^64, of the XXH3 of each item's encoded form. It does not depend on their order or on how they lie in segments, so replicas
/// that have applied the same position have the same.
/// </summary>
public static class ContentDigest
{
    private const int PageItems = 256;

    /// <returns>The number of items and their digest.</returns>
    public static (long Items, ulong Digest) Of(SearchView view, CancellationToken cancellationToken)
    {
        var (items, digest) = (0L, 0UL);
        var buffer = new ArrayBufferWriter<byte>();
        for (string? after = null; ;)
        {
            var page = view.Scroll(after, PageItems, null, withVectors: true, cancellationToken);
            foreach (var item in page.Items)
            {
                buffer.ResetWrittenCount();
                ItemCodec.Write(item, buffer);
                digest += XxHash3.HashToUInt64(buffer.WrittenSpan);
                items++;
            }
            if (page.NextAfterId is null)
            {
                return (items, digest);
            }
            after = page.NextAfterId;
        }
    }
}
