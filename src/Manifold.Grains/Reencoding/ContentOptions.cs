namespace Manifold.Grains;

/// <summary>What is kept of items' content, and what silos may read again, bound from <c>Manifold:Content</c>.</summary>
public sealed record ContentOptions
{
    /// <summary>Whether a text that comes without a <c>content_uri</c> is kept with its item, as a <c>data:</c> URI. Without it such an item cannot be encoded again.</summary>
    public bool KeepTexts { get; init; } = true;

    /// <summary>Folders whose files silos read when items are encoded again: all shard silos must see them at these paths. None: no files are read.</summary>
    public IReadOnlyList<string> Roots { get; init; } = [];

    /// <summary>What is wrong, with the key, the value and what is allowed.</summary>
    public IEnumerable<string> Validate(string section) => Roots.Index()
        .Where(root => !Path.IsPathFullyQualified(root.Item))
        .Select(root => $"{section}:{nameof(Roots)}:{root.Index} is \"{root.Item}\"; it must be a full path.");
}
