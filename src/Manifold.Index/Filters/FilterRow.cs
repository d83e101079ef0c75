namespace Manifold.Index;

/// <summary>What a filter sees of one item, in place.</summary>
/// <param name="id">UTF-8.</param>
/// <param name="modality">The modality's index in <see cref="Modalities.All"/>.</param>
/// <param name="attributes">The attributes' binary form.</param>
public readonly ref struct FilterRow(ReadOnlySpan<byte> id, byte modality, ReadOnlySpan<byte> attributes)
{
    /// <summary>The id in UTF-8.</summary>
    public ReadOnlySpan<byte> Id { get; } = id;

    /// <summary>The modality's index in <see cref="Modalities.All"/>.</summary>
    public byte Modality { get; } = modality;

    /// <summary>The attributes' binary form.</summary>
    public ReadOnlySpan<byte> Attributes { get; } = attributes;
}
