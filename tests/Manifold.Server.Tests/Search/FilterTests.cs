using Manifold.Protocol.V1;

namespace Manifold.Server.Tests;

/// <summary>Filters of every kind: count, scroll and search agree with the same condition in C#.</summary>
public sealed class FilterTests(SharedServer shared, FilteredItems items) : IClassFixture<FilteredItems>
{
    private static readonly Dictionary<string, (Filter Filter, Func<Item, bool> Holds)> Filters = new()
    {
        ["text equals"] = (Requests.Equal("colour", Requests.Value("grün")), i => Text(i, "colour") == "grün"),
        ["text of another case"] = (Requests.Equal("colour", Requests.Value("Red")), _ => false),
        ["number equals"] = (Requests.Equal("size", Requests.Value(2.5)), i => Number(i, "size") == 2.5),
        ["minus zero"] = (Requests.Equal("size", Requests.Value(-0.0)), i => Number(i, "size") == 0),
        ["bool equals"] = (Requests.Equal("sold", Requests.Value(false)), i => i.Attributes.TryGetValue("sold", out var v) && !v.BoolValue),
        ["time equals"] = (Requests.Equal("day", Requests.Value(FilteredItems.Start.AddDays(9))), i => i.Id == "i009"),
        ["element of a list"] = (Requests.Equal("tags", Requests.Value("tag1")), i => i.Attributes.TryGetValue("tags", out var v) && v.ListValue.Values.Contains("tag1")),
        ["another kind"] = (Requests.Equal("mixed", Requests.Value(1)), i => i.Attributes.TryGetValue("mixed", out var v) && v.HasNumberValue),
        ["unknown attribute"] = (Requests.Equal("nothing", Requests.Value("x")), _ => false),
        ["in texts"] = (Requests.In("colour", Requests.Value("red"), Requests.Value("青"), Requests.Value("none")), i => Text(i, "colour") is "red" or "青"),
        ["in several kinds"] = (Requests.In("mixed", Requests.Value("1"), Requests.Value(1)), i => i.Attributes.ContainsKey("mixed")),
        ["in numbers"] = (Requests.In("size", Requests.Value(0), Requests.Value(25), Requests.Value(7)), i => Number(i, "size") is 0 or 25 or 7),
        ["in a list"] = (Requests.In("tags", Requests.Value("tag2"), Requests.Value("none")), i => i.Attributes.TryGetValue("tags", out var v) && v.ListValue.Values.Contains("tag2")),
        ["in nothing"] = (Requests.In("colour"), _ => false),
        ["greater than"] = (Range("size", gt: Requests.Value(3)), i => Number(i, "size") > 3),
        ["greater or equal"] = (Range("size", gte: Requests.Value(3)), i => Number(i, "size") >= 3),
        ["less than"] = (Range("size", lt: Requests.Value(-3)), i => Number(i, "size") < -3),
        ["less or equal"] = (Range("size", lte: Requests.Value(-3)), i => Number(i, "size") <= -3),
        ["between numbers"] = (Range("size", gt: Requests.Value(-5), lte: Requests.Value(5)), i => Number(i, "size") is > -5 and <= 5),
        ["below infinity"] = (Range("size", lt: Requests.Value(double.PositiveInfinity)), i => i.Attributes.ContainsKey("size")),
        ["empty range"] = (Range("size", gt: Requests.Value(5), lt: Requests.Value(5)), _ => false),
        ["between times"] = (
            Range("day", gte: Requests.Value(FilteredItems.Start.AddDays(30)), lt: Requests.Value(FilteredItems.Start.AddDays(40))),
            i => i.Attributes.ContainsKey("day") && Place(i) is >= 30 and < 40),
        ["time range on a number"] = (Range("size", gt: Requests.Value(FilteredItems.Start)), _ => false),
        ["prefix"] = (Prefix("colour", "gr"), i => Text(i, "colour") == "grün"),
        ["prefix of another case"] = (Prefix("colour", "Gr"), _ => false),
        ["empty prefix"] = (Prefix("colour", ""), i => i.Attributes.ContainsKey("colour")),
        ["prefix of elements"] = (Prefix("tags", "tag2"), i => i.Attributes.TryGetValue("tags", out var v) && v.ListValue.Values.Contains("tag2")),
        ["prefix of a number"] = (Prefix("size", "1"), _ => false),
        ["all of"] = (AllOf("tags", "tag0", "tag2"), i => i.Attributes.TryGetValue("tags", out var v) && v.ListValue.Values.Contains("tag2")),
        ["all of with an unknown text"] = (AllOf("tags", "tag0", "none"), _ => false),
        ["all of on a text"] = (AllOf("colour", "red", "red"), i => Text(i, "colour") == "red"),
        ["around a point"] = (Radius("place", 0, 180, 1_000_000), i => i.Attributes.TryGetValue("place", out var v) && Near(v.GeoValue, 0, 180, 1_000_000)),
        ["around the whole earth"] = (Radius("place", 12, 34, 3e7), i => i.Attributes.ContainsKey("place")),
        ["around a point, on texts"] = (Radius("colour", 0, 0, 3e7), _ => false),
        ["box"] = (Box("place", -10, 120, 0, 170), i => i.Attributes.TryGetValue("place", out var v) && v.GeoValue is { Latitude: >= -10 and <= 0, Longitude: >= 120 and <= 170 }),
        ["box across the antimeridian"] = (
            Box("place", -10, 170, 10, -170), i => i.Attributes.TryGetValue("place", out var v) && v.GeoValue is { Latitude: >= -10 and <= 10, Longitude: >= 170 or <= -170 }),
        ["exists"] = (Requests.Exists("tags"), i => i.Attributes.ContainsKey("tags")),
        ["does not exist"] = (Requests.Not(Requests.Exists("colour")), i => !i.Attributes.ContainsKey("colour")),
        ["not equal, also where it is missing"] = (Requests.Not(Requests.Equal("colour", Requests.Value("red"))), i => Text(i, "colour") != "red"),
        ["and"] = (
            Requests.And(Requests.Equal("colour", Requests.Value("red")), Requests.Exists("sold"), Range("size", gt: Requests.Value(0))),
            i => Text(i, "colour") == "red" && i.Attributes.ContainsKey("sold") && Number(i, "size") > 0),
        ["or"] = (
            Requests.Or(Requests.Equal("colour", Requests.Value("red")), Range("size", gt: Requests.Value(20))),
            i => Text(i, "colour") == "red" || Number(i, "size") > 20),
        ["nested"] = (
            Requests.And(Requests.Or(Requests.Exists("tags"), Requests.Exists("mixed")), Requests.Not(Requests.Or(Requests.Equal("sold", Requests.Value(true)), Requests.IdIn("i003", "i011")))),
            i => (i.Attributes.ContainsKey("tags") || i.Attributes.ContainsKey("mixed"))
                && !((i.Attributes.TryGetValue("sold", out var v) && v.BoolValue) || i.Id is "i003" or "i011")),
        ["one modality"] = (Requests.ModalityIs(Modality.Image), i => i.Modality == Modality.Image),
        ["modalities, none of them included"] = (Requests.ModalityIs(Modality.Unspecified, Modality.Audio), i => i.Modality is Modality.Unspecified or Modality.Audio),
        ["modality that no item has"] = (Requests.ModalityIs(Modality.Video), _ => false),
        ["ids"] = (Requests.IdIn("i007", "i150", "gone", "i007"), i => i.Id is "i007" or "i150"),
        ["no ids"] = (Requests.IdIn(), _ => false),
        ["depth of 32"] = (Enumerable.Range(0, 31).Aggregate(Requests.Equal("colour", Requests.Value("red")), (f, _) => Requests.Not(f)), i => Text(i, "colour") != "red"),
    };

    private readonly TestServer _server = shared.Server;

    public static TheoryData<string> FilterNames => [.. Filters.Keys];

    [Theory]
    [MemberData(nameof(FilterNames))]
    public async Task AnyRead_Filtered_HasExactlyTheItemsThatMeetTheCondition(string name)
    {
        var (filter, holds) = Filters[name];
        var expected = items.All.Where(holds).Select(i => i.Id).ToArray();

        Assert.Equal(expected.Length, await _server.CountAsync(items.Collection, filter));
        Assert.Equal(expected, (await _server.ScrollAllAsync(items.Collection, page: 9, filter)).Select(i => i.Id));
        var request = Requests.Query(items.Collection, 1, 0);
        request.Filter = filter;
        request.Limit = 12;
        Assert.Equal(expected.Reverse().Take(12), (await _server.QueryAsync(request)).Hits.Select(h => h.Item.Id));
    }

    private static string? Text(Item item, string attribute) => item.Attributes.TryGetValue(attribute, out var value) ? value.StringValue : null;

    private static double? Number(Item item, string attribute) => item.Attributes.TryGetValue(attribute, out var value) ? value.NumberValue : null;

    private static int Place(Item item) => int.Parse(item.Id[1..], System.Globalization.CultureInfo.InvariantCulture);

    private static bool Near(GeoPoint point, double latitude, double longitude, double metres)
    {
        var (a, b, c) = (point.Latitude * Math.PI / 180, latitude * Math.PI / 180, (point.Longitude - longitude) * Math.PI / 180);
        return 6_371_008.8 * Math.Acos(Math.Clamp((Math.Sin(a) * Math.Sin(b)) + (Math.Cos(a) * Math.Cos(b) * Math.Cos(c)), -1, 1)) <= metres;
    }

    private static Filter Prefix(string attribute, string prefix) => new() { Prefix = new() { Attribute = attribute, Prefix_ = prefix } };

    private static Filter AllOf(string attribute, params string[] values) => new() { AllOf = new() { Attribute = attribute, Values = { values } } };

    private static Filter Radius(string attribute, double latitude, double longitude, double metres) =>
        new() { GeoRadius = new() { Attribute = attribute, Center = Requests.Point(latitude, longitude), Metres = metres } };

    private static Filter Box(string attribute, double south, double west, double north, double east) =>
        new() { GeoBox = new() { Attribute = attribute, SouthWest = Requests.Point(south, west), NorthEast = Requests.Point(north, east) } };

    private static Filter Range(string attribute, AttributeValue? gt = null, AttributeValue? gte = null, AttributeValue? lt = null, AttributeValue? lte = null) =>
        new() { Range = new() { Attribute = attribute, GreaterThan = gt, GreaterOrEqual = gte, LessThan = lt, LessOrEqual = lte } };
}
