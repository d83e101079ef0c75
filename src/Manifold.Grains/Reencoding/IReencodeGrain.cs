using Orleans.Concurrency;

namespace Manifold.Grains;

/// <summary>
/// Gives a collection's items vectors in a space that they have none in, from their stored content, key the collection's id. What there is to do it sees from the catalog; how far it has
/// come it stores with each page of items, so that one that is begun anew goes on.
/// </summary>
[Alias("manifold.IReencodeGrain")]
public interface IReencodeGrain : IGrainWithStringKey
{
    /// <summary>Begins, or goes on, unless it is at it.</summary>
    [AlwaysInterleave]
    [Alias("Resume")]
    Task ResumeAsync();

    /// <summary>How far it has come; what it came to, once it is over.</summary>
    [AlwaysInterleave]
    [Alias("GetProgress")]
    Task<ReencodeProgress> GetProgressAsync();

    /// <summary>Deletes what it stored: the collection was dropped.</summary>
    [AlwaysInterleave]
    [Alias("Forget")]
    Task ForgetAsync();
}

/// <summary>How far it has come.</summary>
/// <param name="Failed">Items that cannot be encoded.</param>
/// <param name="Failures">The first of them.</param>
/// <param name="Waiting">What it waits for; empty while it goes on.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.ReencodeProgress")]
public sealed record ReencodeProgress([property: Id(0)] long Failed, [property: Id(1)] ReencodeFailure[] Failures, [property: Id(2)] string Waiting);

/// <summary>Why an item could not be encoded.</summary>
/// <param name="Id">The item.</param>
/// <param name="Reason">Why.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.ReencodeFailure")]
public sealed record ReencodeFailure([property: Id(0)] string Id, [property: Id(1)] string Reason);
