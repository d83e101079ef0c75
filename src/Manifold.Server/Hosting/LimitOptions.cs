using Manifold.Grains;

namespace Manifold.Server;

/// <summary>Limits of single calls, bound from <c>Manifold:Limits</c>.</summary>
public sealed record LimitOptions
{
    /// <summary>Items in one upsert, and ids in one delete or get.</summary>
    public int MaxBatchItems { get; init; } = 1000;

    /// <summary>Bytes of one gRPC message. What a message writes to one shard becomes one record of its log, which holds 256 MiB at most.</summary>
    public int MaxMessageBytes { get; init; } = 64 << 20;

    /// <summary>Hits of one search.</summary>
    public int MaxHits { get; init; } = 10_000;

    /// <summary>Items of one page of a scroll.</summary>
    public int MaxPageItems { get; init; } = 1000;

    /// <summary>Pieces of content in one encode call.</summary>
    public int MaxEncodeContents { get; init; } = 256;

    /// <summary>Parts of one query.</summary>
    public int MaxQueryParts { get; init; } = 16;

    /// <summary>Refuses a call whose answer would be too large to send because of its vectors, before any work is done.</summary>
    /// <exception cref="ManifoldException">InvalidArgument at <paramref name="field"/>.</exception>
    internal void CheckAnswer(int items, CollectionInfo collection, bool withVectors, string field)
    {
        var bytes = withVectors ? (long)items * collection.Spaces.Sum(s => s.Dimension) * sizeof(float) : 0;
        if (bytes > MaxMessageBytes)
        {
            throw ManifoldException.Invalid(
                field, $"{items} items with their vectors are {bytes} bytes, and an answer has {MaxMessageBytes} at most (Manifold:Limits:MaxMessageBytes)");
        }
    }

    /// <summary>Refuses a search of a multi-vector space whose matches would be too large to send.</summary>
    /// <exception cref="ManifoldException">InvalidArgument at <c>limit</c>.</exception>
    internal void CheckMatches(int hits, int vectors, SpaceInfo space)
    {
        // About twice the bytes in a message between silos, in that to the client.
        var bytes = space.IsMultiVector ? 2L * HitMatches.MatchBytes * hits * vectors : 0;
        if (bytes > MaxMessageBytes)
        {
            throw ManifoldException.Invalid(
                "limit", $"{hits} hits with their matches of {vectors} vectors are {bytes} bytes, and an answer has {MaxMessageBytes} at most (Manifold:Limits:MaxMessageBytes)");
        }
    }

    /// <summary>The names, values and allowed ranges of what is wrong.</summary>
    public IEnumerable<string> Validate(string section)
    {
        (string Name, int Value, int Max)[] limits =
        [
            (nameof(MaxBatchItems), MaxBatchItems, 100_000),
            (nameof(MaxMessageBytes), MaxMessageBytes, 128 << 20),
            (nameof(MaxHits), MaxHits, 1_000_000),
            (nameof(MaxPageItems), MaxPageItems, 100_000),
            (nameof(MaxEncodeContents), MaxEncodeContents, 100_000),
            (nameof(MaxQueryParts), MaxQueryParts, 1000),
        ];
        return limits.Where(l => l.Value < 1 || l.Value > l.Max).Select(l => $"{section}:{l.Name} is {l.Value}; it must be between 1 and {l.Max}.");
    }
}
