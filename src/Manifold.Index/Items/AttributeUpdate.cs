namespace Manifold.Index;

/// <summary>A change of an item's attributes. The rest of the item stays as it is.</summary>
/// <param name="Id">The item.</param>
/// <param name="Set">Attributes that get these values, whether they were there or not.</param>
/// <param name="Remove">Attributes that go; one that is not there is no error. What is also set stays.</param>
/// <param name="Clear">Whether all others go.</param>
public sealed record AttributeUpdate(string Id, Attributes Set, IReadOnlyList<string> Remove, bool Clear)
{
    /// <summary>The attributes after the change.</summary>
    public Attributes ApplyTo(Attributes current)
    {
        var values = Clear ? [] : current.ToDictionary(StringComparer.Ordinal);
        foreach (var name in Remove) values.Remove(name);
        foreach (var (name, value) in Set) values[name] = value;
        return Attributes.From(values);
    }
}
