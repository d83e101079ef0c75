namespace Manifold.Index.Tests.Items;

public sealed class ItemValidationTests
{
    private static readonly Item Valid = new() { Id = "x", Vectors = new Dictionary<string, float[]> { ["image"] = [1, 0, 0, 0, 0, 0, 0, 0] } };

    [Fact]
    public void Validate_OfValidItem_FindsNothing() => Assert.Empty(ItemValidation.Validate(Valid, SampleItems.Spaces));

    public static TheoryData<string, Item, string> Faults => new()
    {
        { "id", Valid with { Id = "" }, "0 UTF-8 bytes" },
        { "id", Valid with { Id = new string('ß', 257) }, "514 UTF-8 bytes" },
        { "id", Valid with { Id = "\uD800" }, "surrogate" },
        { "modality", Valid with { Modality = "smell" }, "'smell'" },
        { "content_uri", Valid with { Content = new string('x', Item.MaxContentBytes + 1) }, "65537" },
        { "vectors", Valid with { Vectors = new Dictionary<string, float[]>() }, "no vector" },
        { "vectors[sound]", With("sound", [1]), "no such space" },
        { "vectors[image]", With("image", [1, 2, 3]), "Expected 8 components, got 3" },
        { "vectors[image]", With("image", [1, 0, float.NaN, 0, 0, 0, 0, 0]), "Component 2" },
        { "vectors[image]", With("image", [1, 0, 0, 0, 0, 0, 0, float.NegativeInfinity]), "Component 7" },
        { "vectors[image]", With("image", new float[8]), "zero vector" },
        { "attributes", Valid with { Attributes = Attributes.From(Enumerable.Range(0, 257).Select(i => KeyValuePair.Create("a" + i, AttributeValue.Of(i)))) }, "257 attributes" },
        { "attributes", Valid with { Attributes = Attributes.Of(("a", new string('x', 65536))) }, "65536 are possible" },
        { "attributes[", Valid with { Attributes = Attributes.Of(("", 1)) }, "0 UTF-8 bytes" },
        { "attributes[", Valid with { Attributes = Attributes.Of((new string('n', 129), 1)) }, "129 UTF-8 bytes" },
    };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void Validate_OfFaultyItem_NamesFieldAndFault(string field, Item item, string message)
    {
        var error = Assert.Single(ItemValidation.Validate(item, SampleItems.Spaces));
        Assert.StartsWith(field, error.Field);
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void Validate_OfManyFaults_FindsAll() =>
        Assert.Equal(3, ItemValidation.Validate(With("sound", [1]) with { Id = "", Modality = "?" }, SampleItems.Spaces).Count);

    [Fact]
    public void Validate_OfZeroVectorUnderL2_FindsNothing() =>
        Assert.Empty(ItemValidation.Validate(With("caption", new float[5]), SampleItems.Spaces));

    [Fact]
    public void Normalize_ChangesCosineSpacesOnly()
    {
        var item = new Item
        {
            Id = "x",
            Vectors = new Dictionary<string, float[]> { ["image"] = [3, 0, 4, 0, 0, 0, 0, 0], ["caption"] = [3, 0, 4, 0, 0] },
        };
        var normalised = ItemValidation.Normalize(item, SampleItems.Spaces);
        Assert.Equal([0.6f, 0, 0.8f, 0, 0, 0, 0, 0], normalised.Vectors["image"]);
        Assert.Same(item.Vectors["caption"], normalised.Vectors["caption"]);
        Assert.Equal(3, item.Vectors["image"][0]);
    }

    [Fact]
    public void Content_Empty_IsNone() => Assert.Null(new Item { Id = "x", Content = "" }.Content);

    private static Item With(string space, float[] vector) => Valid with { Vectors = new Dictionary<string, float[]> { [space] = vector } };
}
