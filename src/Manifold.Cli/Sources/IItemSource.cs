namespace Manifold.Cli.Sources;

/// <summary>Where an ingest takes its items from.</summary>
internal interface IItemSource
{
    /// <summary>As a person calls it.</summary>
    string Name { get; }

    /// <summary>How many places will be read, for the progress bar.</summary>
    long Total { get; }

    /// <summary>Everything in order. Bad places are told, not thrown.</summary>
    IAsyncEnumerable<SourceItem> ReadAsync(CancellationToken cancellationToken);
}
