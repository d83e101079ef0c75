namespace Manifold.Index;

/// <summary>An item's vectors in a space where it has none, made from its content. The rest of the item stays as it is.</summary>
/// <param name="Id">The item.</param>
/// <param name="Modality">What its content was when they were made.</param>
/// <param name="Content">The reference to that content.</param>
/// <param name="Space">The space.</param>
/// <param name="Vector">[dimension], or in a multi-vector space [vectors × dimension]; as they are stored (<see cref="ItemValidation.Normalize"/>).</param>
/// <param name="Places">One for each vector, or none.</param>
public sealed record VectorFill(string Id, string Modality, string? Content, string Space, float[] Vector, Place[] Places)
{
    /// <summary>The item with the vectors; null where it has vectors in the space by now, or other content.</summary>
    public Item? ApplyTo(Item item)
    {
        if (item.Vectors.ContainsKey(Space) || item.Modality != Modality || item.Content != Content) return null;
        return item with
        {
            Vectors = new Dictionary<string, float[]>(item.Vectors) { [Space] = Vector },
            Places = Places.Length == 0 ? item.Places : new Dictionary<string, Place[]>(item.Places) { [Space] = Places },
        };
    }
}
