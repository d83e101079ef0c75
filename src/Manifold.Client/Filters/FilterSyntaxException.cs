namespace Manifold.Client;

/// <summary>A filter text that is not one.</summary>
public sealed class FilterSyntaxException : FormatException
{
    internal FilterSyntaxException(string problem, int position)
        : base($"at character {position + 1}: {problem}") => Position = position;

    /// <summary>Where in the text, from 0.</summary>
    public int Position { get; }
}
