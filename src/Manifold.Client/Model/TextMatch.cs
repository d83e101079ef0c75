namespace Manifold.Client;

/// <summary>Words to look for in the attributes that hold texts, by BM25.</summary>
/// <param name="Text">The words.</param>
public sealed record TextMatch(string Text)
{
    /// <summary>The attributes to look at; none for all that hold texts.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>Only items that have all terms; otherwise one is enough.</summary>
    public bool AllTerms { get; init; }
}
