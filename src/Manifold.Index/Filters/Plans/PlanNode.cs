namespace Manifold.Index;

/// <summary>How one condition is evaluated over one segment. Immutable, so safe for any number of threads.</summary>
/// <param name="node">The condition.</param>
/// <param name="estimate">How many rows match.</param>
/// <param name="nanoseconds">What <see cref="AddTo"/> costs, roughly.</param>
internal abstract class PlanNode(FilterNode node, RowEstimate estimate, double nanoseconds)
{
    /// <summary>
    /// Looking at the encoded attributes of one row among many that are not looked at: 50 to 150 in passes over all rows of the <c>filters</c> benchmark, and more where each
    /// row is a cache miss.
    /// </summary>
    public const double RowNanoseconds = 200;

    /// <summary>One row of a sorted column, or one byte of a compressed set.</summary>
    public const double StepNanoseconds = 1;

    /// <summary>One word of a bitmap.</summary>
    public const double WordNanoseconds = 0.3;

    /// <summary>Finding and opening one compressed set.</summary>
    public const double SetNanoseconds = 20;

    public FilterNode Node { get; } = node;

    public RowEstimate Estimate { get; } = estimate;

    public double Nanoseconds { get; } = nanoseconds;

    /// <summary>Sets the bits of the rows that match; clears none.</summary>
    public abstract void AddTo(Span<ulong> words, PlanRun run);

    /// <summary>Clears the bits of the rows that do not match: row by row where few are left, else with the bitmap of those that match.</summary>
    public virtual void Restrict(Span<ulong> words, PlanRun run)
    {
        if (RowWords.PopCount(words) * RowNanoseconds <= Nanoseconds + (3 * WordNanoseconds * words.Length))
        {
            run.Keep(Node, words);
            return;
        }

        using var matches = run.Rent();
        AddTo(matches.Words, run);
        RowWords.And(words, matches.Words);
    }
}
