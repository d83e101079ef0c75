using Grpc.Core;
using Manifold.Protocol.V1;

namespace Manifold.Server.Tests;

/// <summary>Filters that mean nothing, refused alike by every call that takes one, with the path of the condition at fault.</summary>
public sealed class FilterRefusalTests(SharedServer shared)
{
    private static readonly Filter Good = Requests.Exists("a");

    private static readonly Dictionary<string, (Filter Filter, string Field)> BadFilters = new()
    {
        ["empty"] = (new Filter(), "filter"),
        ["range without bounds"] = (new Filter { Range = new() { Attribute = "a" } }, "filter.range"),
        ["range of texts"] = (new Filter { Range = new() { Attribute = "a", LessThan = Requests.Value("x") } }, "filter.range"),
        ["range of two kinds"] = (
            new Filter { Range = new() { Attribute = "a", GreaterThan = Requests.Value(1), LessThan = Requests.Value(DateTimeOffset.UnixEpoch) } }, "filter.range"),
        ["bound without kind"] = (new Filter { Range = new() { Attribute = "a", LessOrEqual = new AttributeValue() } }, "filter.range.less_or_equal"),
        ["empty and"] = (Requests.And(), "filter.and"),
        ["empty or in an and"] = (Requests.And(Good, Requests.Or()), "filter.and[1].or"),
        ["empty condition in a not"] = (Requests.Not(Requests.Or(Good, new Filter())), "filter.not.or[1]"),
        ["equality without value"] = (new Filter { Equal = new() { Attribute = "a" } }, "filter.equal.value"),
        ["equality without attribute"] = (Requests.Equal("", Requests.Value(1)), "filter.equal.attribute"),
        ["equality with a list"] = (Requests.Equal("a", Requests.Values("x")), "filter.equal.value"),
        ["in without attribute"] = (Requests.In("", Requests.Value(1)), "filter.in.attribute"),
        ["in with a value without kind"] = (Requests.In("a", Requests.Value(1), new AttributeValue()), "filter.in.values[1]"),
        ["in with a list"] = (Requests.In("a", Requests.Value(1), Requests.Values("x")), "filter.in.values[1]"),
        ["exists without attribute"] = (Requests.Exists(""), "filter.exists.attribute"),
        ["range without attribute"] = (new Filter { Range = new() { LessThan = Requests.Value(1) } }, "filter.range.attribute"),
        ["equality with a place"] = (Requests.Equal("a", Requests.Value(1, 2)), "filter.equal.value"),
        ["prefix without attribute"] = (new Filter { Prefix = new() { Prefix_ = "x" } }, "filter.prefix.attribute"),
        ["all of nothing"] = (new Filter { AllOf = new() { Attribute = "a" } }, "filter.all_of"),
        ["radius without center"] = (new Filter { GeoRadius = new() { Attribute = "a", Metres = 1 } }, "filter.geo_radius.center"),
        ["center out of range"] = (new Filter { GeoRadius = new() { Attribute = "a", Center = Requests.Point(0, 181), Metres = 1 } }, "filter.geo_radius.center"),
        ["radius that is no number"] = (new Filter { GeoRadius = new() { Attribute = "a", Center = Requests.Point(0, 0), Metres = double.NaN } }, "filter.geo_radius.metres"),
        ["box without a corner"] = (new Filter { GeoBox = new() { Attribute = "a", SouthWest = Requests.Point(0, 0) } }, "filter.geo_box.north_east"),
        ["box upside down"] = (new Filter { GeoBox = new() { Attribute = "a", SouthWest = Requests.Point(1, 0), NorthEast = Requests.Point(0, 0) } }, "filter.geo_box"),
        ["no modalities"] = (Requests.ModalityIs(), "filter.modality"),
        ["unknown modality"] = (Requests.ModalityIs(Modality.Image, (Modality)9), "filter.modality.modalities[1]"),
        ["empty id"] = (Requests.IdIn("a", ""), "filter.id.ids[1]"),
        ["too many ids"] = (Requests.IdIn(Enumerable.Range(0, 10_000).Select(i => $"i{i}")), "filter"),
    };

    private readonly TestServer _server = shared.Server;

    public static TheoryData<string> BadFilterNames => [.. BadFilters.Keys];

    [Theory]
    [MemberData(nameof(BadFilterNames))]
    public async Task AnyRead_BadFilter_InvalidArgumentWithThePath(string bad)
    {
        var (filter, field) = BadFilters[bad];
        var name = await _server.CreateAsync(dimension: 1);
        var query = Requests.Query(name, 1);
        query.Filter = filter;

        await Refusal.AssertAsync(StatusCode.InvalidArgument, _server.QueryAsync(query), field);
        await Refusal.AssertAsync(StatusCode.InvalidArgument, _server.CountAsync(name, filter), field);
        await Refusal.AssertAsync(StatusCode.InvalidArgument, _server.ScrollAsync(new ScrollRequest { Collection = name, Filter = filter }), field);
    }

    [Fact]
    public async Task Count_FilterOfDepth40_InvalidArgumentAtTheConditionThatIsTooDeep()
    {
        var name = await _server.CreateAsync(dimension: 1);
        var nots = Enumerable.Range(0, 39).Aggregate(Good, (f, _) => Requests.Not(f));
        var ands = Enumerable.Range(0, 39).Aggregate(Good, (f, _) => Requests.And(f));
        foreach (var filter in new[] { nots, ands })
        {
            var refusal = await Refusal.OfAsync(_server.CountAsync(name, filter));
            Assert.Equal(StatusCode.InvalidArgument, refusal.Code);
            Assert.StartsWith("filter.", Assert.Single(refusal.Fields), StringComparison.Ordinal);
            Assert.Contains("32", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Count_FilterOfDepth5000_IsRefusedAndTheServerStaysUp()
    {
        var name = await _server.CreateAsync(dimension: 1);
        var filter = Enumerable.Range(0, 5000).Aggregate(Good, (f, _) => Requests.Not(f));
        await Assert.ThrowsAsync<RpcException>(() => _server.CountAsync(name, filter));
        Assert.Equal(0, await _server.CountAsync(name));
    }
}
