namespace Manifold.Client;

/// <summary>A change of an item's attributes. The rest of the item stays as it is.</summary>
public sealed record AttributeUpdate
{
    public required string Id { get; init; }

    /// <summary>Attributes that get these values, whether they were there or not. Kinds are those of <see cref="ItemInput.Attributes"/>.</summary>
    public IReadOnlyDictionary<string, object> Set { get; init; } = new Dictionary<string, object>();

    /// <summary>Attributes that go; one that is not there is no error. What is also set stays.</summary>
    public IReadOnlyList<string> Remove { get; init; } = [];

    /// <summary>Whether all attributes go that are not set.</summary>
    public bool Clear { get; init; }
}
