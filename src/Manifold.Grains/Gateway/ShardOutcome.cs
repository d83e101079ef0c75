using Manifold.Shards;

namespace Manifold.Grains;

/// <summary>What one shard answered to its part of a batch.</summary>
/// <param name="Shard">The shard's number.</param>
/// <param name="Items">How many items it was given.</param>
/// <param name="Written">Where they stand; <c>null</c> where it took none.</param>
/// <param name="Failures">Those of its items that it did not take.</param>
/// <param name="Error">Why it took none, for a reason that is not an item's; else <c>null</c>.</param>
internal sealed record ShardOutcome(int Shard, int Items, ShardWritten? Written, IReadOnlyList<ItemFailure> Failures, ManifoldException? Error)
{
    /// <summary>A shard that could not take anything.</summary>
    public static ShardOutcome Refused(int shard, IEnumerable<(int Index, string Id)> items, ManifoldException error)
    {
        ItemFailure[] failures = [.. items.Select(item => new ItemFailure(item.Index, item.Id, error))];
        return new ShardOutcome(shard, failures.Length, null, failures, error);
    }

    /// <summary>
    /// What became of the whole batch. One shard's refusal is its items' failure; when no shard took anything, or the collection is gone or another by now, it is the call's.
    /// </summary>
    /// <param name="outcomes">The shards' answers.</param>
    /// <param name="before">Items that no shard was given.</param>
    /// <param name="level">The level that was asked for.</param>
    /// <exception cref="ManifoldException">No shard took anything, the collection was dropped, or the call goes by what the catalog said before.</exception>
    public static BatchResult Collect(IReadOnlyList<ShardOutcome> outcomes, IReadOnlyList<ItemFailure> before, Acknowledgement level)
    {
        var refused = outcomes.Where(o => o.Error is not null).ToList();
        if (refused.Find(o => o.Error is { Kind: ErrorKind.NotFound })?.Error is { } gone)
        {
            throw gone;
        }
        if (refused.Find(o => o.Error is { Kind: ErrorKind.Aborted })?.Error is { } outdated)
        {
            // What other shards took, the repetition writes again.
            throw outdated;
        }
        if (refused.Count > 0 && refused.Count == outcomes.Count && before.Count == 0)
        {
            throw refused[0].Error!;
        }
        var accepted = outcomes.Where(o => o.Written is not null).ToList();
        return new BatchResult(
            outcomes.Sum(o => o.Items - o.Failures.Count),
            [.. before.Concat(outcomes.SelectMany(o => o.Failures)).OrderBy(f => f.Index)],
            accepted.ToDictionary(o => o.Shard, o => o.Written!.Position),
            accepted.Select(o => o.Written!.Level).DefaultIfEmpty(level).Min());
    }
}
