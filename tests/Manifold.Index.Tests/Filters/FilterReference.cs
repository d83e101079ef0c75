namespace Manifold.Index.Tests.Filters;

/// <summary>The meaning of filters, written over objects and without care for speed.</summary>
internal static class FilterReference
{
    public static bool Matches(Item item, Filter filter) => filter switch
    {
        Filter.FieldEquals(var name, var value) => Elements(item, name).Any(value.Equals),
        Filter.FieldIn(var name, var values) => Elements(item, name).Any(values.Contains),
        Filter.FieldRange range => item.Attributes.TryGetValue(range.Name, out var value) && InRange(value, range),
        Filter.FieldExists(var name) => item.Attributes.ContainsKey(name),
        Filter.ModalityIs(var values) => values.Contains(item.Modality),
        Filter.IdIn(var ids) => ids.Contains(item.Id),
        Filter.And(var parts) => parts.All(part => Matches(item, part)),
        Filter.Or(var parts) => parts.Any(part => Matches(item, part)),
        Filter.Not(var part) => !Matches(item, part),
        _ => throw new ArgumentException(filter.ToString()),
    };

    /// <summary>A valid filter.</summary>
    public static Filter Next(Random random, int depth = 3)
    {
        var name = ((string[])["colour", "size", "public", "made", "tags", "größe", "absent"])[random.Next(7)];
        switch (random.Next(depth > 0 ? 9 : 6))
        {
            case 0: return new Filter.FieldEquals(name, Single(random));
            case 1: return new Filter.FieldIn(name, [.. Enumerable.Range(0, random.Next(6)).Select(_ => Single(random))]);
            case 2:
                var kind = random.Next(2) == 0 ? AttributeKind.Number : AttributeKind.Time;
                var bounds = new AttributeValue?[4];
                bounds[random.Next(4)] = SampleItems.NextValue(random, kind);
                if (random.Next(2) == 0) bounds[random.Next(4)] = SampleItems.NextValue(random, kind);
                return new Filter.FieldRange(name, bounds[0], bounds[1], bounds[2], bounds[3]);
            case 3: return new Filter.FieldExists(name);
            case 4: return new Filter.ModalityIs([.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => Modalities.All[random.Next(5)])]);
            case 5: return new Filter.IdIn([.. Enumerable.Range(0, random.Next(40)).Select(_ => SampleItems.NextId(random))]);
            case 6: return new Filter.And([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Next(random, depth - 1))]);
            case 7: return new Filter.Or([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Next(random, depth - 1))]);
            default: return new Filter.Not(Next(random, depth - 1));
        }
    }

    private static AttributeValue Single(Random random) => SampleItems.NextValue(random, (AttributeKind)random.Next(1, 5));

    private static IEnumerable<AttributeValue> Elements(Item item, string name) =>
        !item.Attributes.TryGetValue(name, out var value) ? []
        : value.Kind == AttributeKind.StringList ? value.AsStringList.Select(AttributeValue.Of)
        : [value];

    private static bool InRange(AttributeValue value, Filter.FieldRange range)
    {
        return Bound(range.GreaterThan, order => order > 0) && Bound(range.GreaterOrEqual, order => order >= 0)
            && Bound(range.LessThan, order => order < 0) && Bound(range.LessOrEqual, order => order <= 0);

        bool Bound(AttributeValue? bound, Func<int, bool> holds) =>
            bound is null || (bound.Kind == value.Kind
                && holds(value.Kind == AttributeKind.Number ? value.AsNumber.CompareTo(bound.AsNumber) : value.AsTime.CompareTo(bound.AsTime)));
    }
}
