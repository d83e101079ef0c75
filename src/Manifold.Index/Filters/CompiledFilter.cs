namespace Manifold.Index;

/// <summary>
/// A filter made ready for many rows: names and texts as UTF-8, value lists sorted. Evaluates over encoded attributes and allocates nothing
/// per row. Immutable, so safe for any number of threads.
/// </summary>
public sealed class CompiledFilter
{
    private CompiledFilter(FilterNode root) => Root = root;

    /// <summary>The condition as a whole.</summary>
    internal FilterNode Root { get; }

    /// <summary>Compiles a filter.</summary>
    /// <exception cref="ArgumentException">The filter is not valid; the message begins with the path of the first fault.</exception>
    public static CompiledFilter Compile(Filter filter)
    {
        var errors = FilterValidation.Validate(filter);
        if (errors.Count > 0) throw new ArgumentException(errors[0].ToString(), nameof(filter));
        return new CompiledFilter(FilterNode.From(filter));
    }

    /// <summary>Whether the row matches.</summary>
    /// <exception cref="InvalidDataException">The encoded attributes are malformed.</exception>
    public bool Matches(in FilterRow row) => Root.Matches(row);
}
