namespace Manifold.Grains;

/// <summary>What the catalog grain stores.</summary>
[GenerateSerializer]
[Alias("manifold.CatalogState")]
public sealed class CatalogState
{
    /// <summary>The collections.</summary>
    [Id(0)]
    public List<CollectionInfo> Collections { get; set; } = [];

    /// <summary>Collections that are off the list and whose data is being deleted: taken up again after a crash.</summary>
    [Id(1)]
    public List<CollectionInfo> Dropping { get; set; } = [];
}
