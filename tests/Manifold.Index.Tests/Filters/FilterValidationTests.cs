namespace Manifold.Index.Tests.Filters;

public sealed class FilterValidationTests
{
    public static TheoryData<Filter, string> Faults => new()
    {
        { new Filter.And([]), "filter.and: Expected at least one part." },
        { new Filter.Or([]), "filter.or: Expected at least one part." },
        { new Filter.FieldRange("a"), "filter.range: Expected at least one bound" },
        { new Filter.FieldRange("a", GreaterThan: "x"), "filter.range: A bound is a String" },
        { new Filter.And([new Filter.FieldExists("a"), new Filter.FieldRange("a", GreaterThan: 1, LessThan: DateTimeOffset.UnixEpoch)]), "filter.and[1].range: The bounds are of mixed kinds" },
        { new Filter.FieldEquals("", 1), "filter.equal.attribute: The attribute name" },
        { new Filter.FieldExists(new string('x', 129)), "filter.exists.attribute: The attribute name" },
        { new Filter.FieldEquals("a", (string[])["x"]), "filter.equal.value: A list is compared element by element" },
        { new Filter.Not(new Filter.FieldIn("a", [1, (string[])[]])), "filter.not.in.values[1]: A list is compared" },
        { new Filter.FieldEquals("a", new GeoPoint(1, 2)), "filter.equal.value: A point is compared by distance" },
        { new Filter.FieldRange("a", LessThan: new GeoPoint(1, 2)), "filter.range: A bound is a GeoPoint" },
        { new Filter.FieldPrefix("", "x"), "filter.prefix.attribute: The attribute name" },
        { new Filter.FieldPrefix("a", "\uD800"), "filter.prefix.prefix: The text holds a lone surrogate" },
        { new Filter.FieldAllOf("a", []), "filter.all_of: Expected at least one text" },
        { new Filter.FieldAllOf("a", ["x", "\uDC00"]), "filter.all_of.values[1]: The text holds a lone surrogate" },
        { new Filter.FieldAllOf("a", [.. Enumerable.Range(0, 10_000).Select(i => $"{i}")]), "filter: The filter has 10001 terms" },
        { new Filter.FieldGeoRadius("a", new GeoPoint(91, 0), 1), "filter.geo_radius.center: The latitude 91" },
        { new Filter.FieldGeoRadius("a", new GeoPoint(0, double.NaN), 1), "filter.geo_radius.center: The latitude 0" },
        { new Filter.FieldGeoRadius("a", new GeoPoint(0, 0), -1), "filter.geo_radius.metres: Expected a finite distance" },
        { new Filter.FieldGeoRadius("a", new GeoPoint(0, 0), double.PositiveInfinity), "filter.geo_radius.metres: Expected a finite distance" },
        { new Filter.FieldGeoBox("a", new GeoPoint(0, -181), new GeoPoint(1, 0)), "filter.geo_box.south_west: The latitude 0" },
        { new Filter.FieldGeoBox("a", new GeoPoint(2, 0), new GeoPoint(1, 0)), "filter.geo_box: The south, 2, is greater than the north, 1." },
        { new Filter.ModalityIs([]), "filter.modality: Expected at least one" },
        { new Filter.ModalityIs(["image", "smell"]), "filter.modality.modalities[1]: 'smell'" },
        { new Filter.IdIn(["a", ""]), "filter.id.ids[1]: Expected 1 to 512" },
        { new Filter.FieldIn("a", [.. Enumerable.Range(0, 10_000).Select(i => AttributeValue.Of(i))]), "filter: The filter has 10001 terms" },
        { Nested(33), "filter" + string.Concat(Enumerable.Repeat(".not", 32)) + ": The filter is nested deeper than 32 levels." },
    };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void Validate_OfFaultyFilter_NamesPathAndFault(Filter filter, string expected) =>
        Assert.StartsWith(expected, Assert.Single(FilterValidation.Validate(filter)).ToString());

    [Fact]
    public void Validate_AtTheLimits_FindsNothing()
    {
        Assert.Empty(FilterValidation.Validate(Nested(32)));
        Assert.Empty(FilterValidation.Validate(new Filter.IdIn([.. Enumerable.Range(0, 9_999).Select(i => "id" + i)])));
    }

    [Fact]
    public void Validate_OfGeneratedFilters_FindsNothing()
    {
        var random = Seeds.Create();
        for (var i = 0; i < 500; i++) Assert.Empty(FilterValidation.Validate(FilterReference.Next(random)));
    }

    internal static Filter Nested(int depth) =>
        Enumerable.Range(1, depth - 1).Aggregate<int, Filter>(new Filter.FieldExists("a"), (inner, _) => new Filter.Not(inner));
}
