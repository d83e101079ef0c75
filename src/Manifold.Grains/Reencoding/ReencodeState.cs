namespace Manifold.Grains;

/// <summary>What the re-encoding of a collection stores: how far it has come in each shard, and what could not be encoded up to there.</summary>
[GenerateSerializer]
[Alias("manifold.ReencodeState")]
public sealed class ReencodeState
{
    /// <summary>Which of the collection's runs it is of; 0 for none.</summary>
    [Id(0)]
    public int Run { get; set; }

    /// <summary>By shard.</summary>
    [Id(1)]
    public List<ReencodeCursor> Shards { get; set; } = [];

    /// <summary>Items that cannot be encoded.</summary>
    [Id(2)]
    public long Failed { get; set; }

    /// <summary>The first of them.</summary>
    [Id(3)]
    public List<ReencodeFailure> Failures { get; set; } = [];
}

/// <summary>How far it has come in a shard.</summary>
/// <param name="After">All items up to this id were looked at; <c>null</c> to begin.</param>
/// <param name="IsDone">Whether all were.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.ReencodeCursor")]
public sealed record ReencodeCursor([property: Id(0)] string? After, [property: Id(1)] bool IsDone);
