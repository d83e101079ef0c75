namespace Manifold.Grains;

/// <summary>A document that is not a grain's, in grain storage.</summary>
[GenerateSerializer]
[Alias("manifold.DocumentState")]
public sealed class DocumentState
{
    /// <summary>The document's bytes.</summary>
    [Id(0)]
    public byte[] Content { get; set; } = [];
}
