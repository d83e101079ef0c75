namespace Manifold.Grains;

/// <summary>What the catalog grain stores.</summary>
[GenerateSerializer]
[Alias("manifold.CatalogState")]
public sealed class CatalogState
{
    /// <summary>The version of this document that this build writes and reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The version of this document.</summary>
    [Id(2)]
    public int Version { get; set; } = CurrentVersion;

    /// <summary>The collections.</summary>
    [Id(0)]
    public List<CollectionInfo> Collections { get; set; } = [];

    /// <summary>Collections that are off the list and whose data is being deleted: taken up again after a crash.</summary>
    [Id(1)]
    public List<CollectionInfo> Dropping { get; set; } = [];
}
