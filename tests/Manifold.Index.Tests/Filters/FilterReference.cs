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
        Filter.FieldPrefix(var name, var prefix) => Elements(item, name).Any(value => value.Kind == AttributeKind.String && value.AsString.StartsWith(prefix, StringComparison.Ordinal)),
        Filter.FieldAllOf(var name, var values) => values.All(text => Elements(item, name).Contains(text)),
        Filter.FieldGeoRadius(var name, var center, var metres) => Point(item, name) is { } point && Distance(point, center) <= metres,
        Filter.FieldGeoBox(var name, var southWest, var northEast) => Point(item, name) is { } point && InBox(point, southWest, northEast),
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
        var name = ((string[])["colour", "size", "public", "made", "tags", "größe", "place", "absent"])[random.Next(8)];
        switch (random.Next(depth > 0 ? 13 : 10))
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
            case 6: return new Filter.FieldPrefix(name, ((string[])["", "r", "gr", "grün", "图", "🦊", "a longer text that is not short and longer", "\uFFFF", "\U0010FFFF"])[random.Next(9)]);
            case 7: return new Filter.FieldAllOf(name, [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => SampleItems.NextValue(random, AttributeKind.String).AsString)]);
            case 8: return new Filter.FieldGeoRadius(random.Next(4) == 0 ? name : "place", SampleItems.NextPoint(random), random.NextDouble() * ((double[])[1, 250_000, 5e6, 2.1e7])[random.Next(4)]);
            case 9:
                GeoPoint a = SampleItems.NextPoint(random), b = SampleItems.NextPoint(random);
                return new Filter.FieldGeoBox(random.Next(4) == 0 ? name : "place", a with { Latitude = Math.Min(a.Latitude, b.Latitude) }, b with { Latitude = Math.Max(a.Latitude, b.Latitude) });
            case 10: return new Filter.And([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Next(random, depth - 1))]);
            case 11: return new Filter.Or([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Next(random, depth - 1))]);
            default: return new Filter.Not(Next(random, depth - 1));
        }
    }

    private static AttributeValue Single(Random random) => SampleItems.NextValue(random, (AttributeKind)random.Next(1, 5));

    private static IEnumerable<AttributeValue> Elements(Item item, string name) =>
        !item.Attributes.TryGetValue(name, out var value) ? []
        : value.Kind == AttributeKind.StringList ? value.AsStringList.Select(AttributeValue.Of)
        : [value];

    private static GeoPoint? Point(Item item, string name) =>
        item.Attributes.TryGetValue(name, out var value) && value.Kind == AttributeKind.GeoPoint ? value.AsGeoPoint : null;

    /// <summary>By the chord through the earth, where the index uses haversines.</summary>
    private static double Distance(GeoPoint a, GeoPoint b)
    {
        var (x, y, z) = Vector(a);
        var (u, v, w) = Vector(b);
        var chord = Math.Sqrt(((x - u) * (x - u)) + ((y - v) * (y - v)) + ((z - w) * (z - w)));
        return 2 * 6_371_008.8 * Math.Asin(Math.Min(1, chord / 2));

        static (double X, double Y, double Z) Vector(GeoPoint point)
        {
            var (latitude, longitude) = (point.Latitude * Math.PI / 180, point.Longitude * Math.PI / 180);
            return (Math.Cos(latitude) * Math.Cos(longitude), Math.Cos(latitude) * Math.Sin(longitude), Math.Sin(latitude));
        }
    }

    private static bool InBox(GeoPoint point, GeoPoint southWest, GeoPoint northEast)
    {
        if (point.Latitude < southWest.Latitude || point.Latitude > northEast.Latitude) return false;
        if (southWest.Longitude <= northEast.Longitude && Between(point.Longitude, southWest.Longitude, northEast.Longitude)) return true;
        if (southWest.Longitude > northEast.Longitude && (Between(point.Longitude, southWest.Longitude, 180) || Between(point.Longitude, -180, northEast.Longitude))) return true;
        return Math.Abs(point.Longitude) == 180 && (southWest.Longitude > northEast.Longitude || Math.Abs(southWest.Longitude) == 180 || Math.Abs(northEast.Longitude) == 180);

        static bool Between(double value, double least, double most) => value >= least && value <= most;
    }

    private static bool InRange(AttributeValue value, Filter.FieldRange range)
    {
        return Bound(range.GreaterThan, order => order > 0) && Bound(range.GreaterOrEqual, order => order >= 0)
            && Bound(range.LessThan, order => order < 0) && Bound(range.LessOrEqual, order => order <= 0);

        bool Bound(AttributeValue? bound, Func<int, bool> holds) =>
            bound is null || (bound.Kind == value.Kind
                && holds(value.Kind == AttributeKind.Number ? value.AsNumber.CompareTo(bound.AsNumber) : value.AsTime.CompareTo(bound.AsTime)));
    }
}
