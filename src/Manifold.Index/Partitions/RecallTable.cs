namespace Manifold.Index.Partitions;

/// <summary>What an index measured of itself when it was built: the recall of searches by effort, on sampled vectors of its own.</summary>
/// <param name="Entries">By k and effort, ascending.</param>
internal sealed record RecallTable(IReadOnlyList<RecallEntry> Entries)
{
    public static RecallTable Empty { get; } = new([]);

    /// <summary>The least effort that reaches a recall, with what it costs; between two measurements recall is taken to grow evenly, which is less than it does.</summary>
    /// <param name="limit">Hits wanted.</param>
    /// <param name="recall">The mean share of the true hits to be found.</param>
    /// <param name="entry">Effort and costs.</param>
    /// <returns>False where nothing that was measured reaches it: search exactly then.</returns>
    public bool TryChoose(int limit, double recall, out RecallEntry entry)
    {
        // Between two numbers of hits that were measured the greater effort of both is enough. For more hits than were measured nothing is known.
        int below = 0, above = 0;
        foreach (var measured in Entries)
        {
            below = measured.Limit <= limit ? Math.Max(below, measured.Limit) : below;
            above = measured.Limit >= limit && (above == 0 || measured.Limit < above) ? measured.Limit : above;
        }

        entry = default;
        if (above == 0 || !TryChooseFor(above, recall, out entry))
            return false;
        if (below == 0 || below == above)
            return true;
        if (!TryChooseFor(below, recall, out var other))
            return false;
        entry = other.Effort.Reach > entry.Effort.Reach || other.Effort.SignSlack > entry.Effort.SignSlack ? other with { Limit = limit } : entry;
        return true;
    }

    /// <summary>The same for a number of hits that was measured.</summary>
    private bool TryChooseFor(int limit, double recall, out RecallEntry entry)
    {
        RecallEntry? less = null, best = null;
        foreach (var measured in Entries)
        {
            if (measured.Limit != limit)
                continue;
            if (measured.RecallLow < recall)
            {
                less = measured;
                continue;
            }

            // A farther reach also means a better order of partitions, and so may find more while looking at less.
            var found = best is null && less is { } start ? Between(start, measured, (float)((recall - start.RecallLow) / (measured.RecallLow - start.RecallLow))) : measured;
            best = best is null || found.Scanned < best.Value.Scanned ? found : best;
        }

        entry = best ?? default;
        return best is not null;
    }

    private static RecallEntry Between(in RecallEntry a, in RecallEntry b, float share) => new(
        a.Limit,
        new ProbeEffort(
            a.Effort.Reach + (share * (b.Effort.Reach - a.Effort.Reach)),
            a.Effort.SignSlack + (share * (b.Effort.SignSlack - a.Effort.SignSlack))),
        a.Recall + (share * (b.Recall - a.Recall)),
        a.RecallLow + (share * (b.RecallLow - a.RecallLow)),
        a.Partitions + (share * (b.Partitions - a.Partitions)),
        a.Scanned + (share * (b.Scanned - a.Scanned)),
        a.Refined + (share * (b.Refined - a.Refined)));
}
