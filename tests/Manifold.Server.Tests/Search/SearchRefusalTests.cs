using Google.Protobuf;
using Grpc.Core;
using Manifold.Protocol.V1;

namespace Manifold.Server.Tests;

/// <summary>Queries that cannot be answered, each with the field at fault.</summary>
public sealed class SearchRefusalTests(SharedServer shared)
{
    private static readonly Dictionary<string, (Action<QueryRequest> Spoil, string Field)> BadQueries = new()
    {
        ["negative limit"] = (q => q.Limit = -1, "limit"),
        ["limit too large"] = (q => q.Limit = 10_001, "limit"),
        ["no parts"] = (q => q.Parts.Clear(), "parts"),
        ["17 parts"] = (q => q.Parts.AddRange(Enumerable.Repeat(q.Parts[0], 16)), "parts"),
        ["part without kind"] = (q => q.Parts.Add(new QueryPart()), "parts[1]"),
        ["empty vector"] = (q => q.Parts[0].Vector = new Vector(), "parts[0].vector"),
        ["vector in both forms"] = (q => q.Parts[0].Vector.Packed = Requests.Packed(1, 2).Packed, "parts[0].vector"),
        ["vector of seven bytes"] = (q => q.Parts[0].Vector = new Vector { Packed = ByteString.CopyFrom(new byte[7]) }, "parts[0].vector.packed"),
        ["wrong dimension"] = (q => q.Parts.Add(new QueryPart { Vector = Requests.Vector(1) }), "parts[1].vector"),
        ["NaN"] = (q => q.Parts[0].Vector = Requests.Vector(1, float.NaN), "parts[0].vector"),
        ["infinity"] = (q => q.Parts[0].Vector = Requests.Vector(float.PositiveInfinity, 1), "parts[0].vector"),
        ["zero under cosine"] = (q => q.Parts.Add(new QueryPart { Vector = Requests.Vector(0, 0) }), "parts[1]"),
        ["weight 0"] = (q => q.Parts[0].Weight = 0, "parts[0].weight"),
        ["weight NaN"] = (q => q.Parts[0].Weight = double.NaN, "parts[0].weight"),
        ["infinite weight"] = (q => q.Parts[0].Weight = double.NegativeInfinity, "parts[0].weight"),
        ["weight beyond float"] = (q => q.Parts[0].Weight = 1e300, "parts[0].weight"),
        ["weight below float"] = (q => q.Parts[0].Weight = 1e-300, "parts[0].weight"),
        ["parts that cancel out"] = (q => q.Parts.Add(new QueryPart { Vector = q.Parts[0].Vector, Weight = -1 }), "parts"),
        ["threshold NaN"] = (q => q.ScoreThreshold = float.NaN, "score_threshold"),
        ["unknown space"] = (q => q.Space = "other", "space"),
        ["text without an encoder"] = (q => q.Parts[0].Text = "a dog", "parts[0].text"),
        ["picture without an encoder"] = (q => q.Parts[0].Image = ByteString.CopyFrom(Pictures.Png()), "parts[0].image"),
        ["item without the space"] = (q => q.Parts[0] = new QueryPart { ItemId = "other space" }, "parts[0].item_id"),
        ["shard that is not there"] = (q => q.AtLeast.Add(new ShardPosition { Shard = 3, Position = 1 }), "at_least"),
        ["match without words"] = (q => q.Match = new TextMatch { Text = " " }, "match.text"),
        ["match of too many characters"] = (q => q.Match = new TextMatch { Text = new string('x', 10_001) }, "match.text"),
        ["match of a field without a name"] = (q => q.Match = new TextMatch { Text = "x", Fields = { "a", "" } }, "match.fields[1]"),
        ["fusion without a match"] = (q => q.Fusion = new Fusion { Ranks = new() }, "fusion"),
        ["fusion of no kind"] = (q => (q.Match, q.Fusion) = (new TextMatch { Text = "x" }, new Fusion()), "fusion"),
        ["fusion of negative constant"] = (q => (q.Match, q.Fusion) = (new TextMatch { Text = "x" }, new Fusion { Ranks = new() { Constant = -1 } }), "fusion.ranks.constant"),
        ["fusion of a weight above 1"] = (q => (q.Match, q.Fusion) = (new TextMatch { Text = "x" }, new Fusion { Scores = new() { VectorWeight = 1.1 } }), "fusion.scores.vector_weight"),
        ["fusion of a weight that is no number"] = (q => (q.Match, q.Fusion) = (new TextMatch { Text = "x" }, new Fusion { Scores = new() { VectorWeight = double.NaN } }), "fusion.scores.vector_weight"),
        ["negative shard"] = (q => q.AtLeast.Add(new ShardPosition { Shard = -1, Position = 1 }), "at_least"),
    };

    private readonly TestServer _server = shared.Server;

    public static TheoryData<string> BadQueryNames => [.. BadQueries.Keys];

    [Theory]
    [MemberData(nameof(BadQueryNames))]
    public async Task Query_Bad_InvalidArgumentNamingTheField(string bad)
    {
        var name = await _server.CreateAsync(3, new Space { Dimension = 2, Metric = Metric.Cosine }, new Space { Name = "second", Dimension = 2 });
        await _server.UpsertAsync(
            name, Requests.Item("a", 1, 2), new ItemInput { Item = new Item { Id = "other space", Vectors = { ["second"] = Requests.Vector(1, 2) } } });
        var request = Requests.Query(name, 1, 2);
        var (spoil, field) = BadQueries[bad];
        spoil(request);

        await Refusal.AssertAsync(StatusCode.InvalidArgument, _server.QueryAsync(request), field);
    }

    [Fact]
    public async Task Query_PartsThatOverflowFloat_InvalidArgument()
    {
        var name = await _server.CreateAsync(dimension: 2);
        await _server.UpsertAsync(name, Requests.Item("a", 1, -1));
        var request = Requests.Query(name, 3e38f, 3e38f);
        request.Parts[0].Weight = 10;
        var refusal = await Refusal.OfAsync(_server.QueryAsync(request));

        Assert.Equal(StatusCode.InvalidArgument, refusal.Code);
        Assert.StartsWith("parts", Assert.Single(refusal.Fields), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Query_WeightsThatSumToZeroUnderL2_InvalidArgument()
    {
        var name = await _server.CreateAsync(dimension: 2, Metric.L2);
        var request = Requests.Query(name, 1, 2);
        request.Parts.Add(new QueryPart { Vector = Requests.Vector(3, 4), Weight = -1 });
        await Refusal.AssertAsync(StatusCode.InvalidArgument, _server.QueryAsync(request), "parts");
    }

    [Fact]
    public async Task Query_UnknownItem_NotFoundNamingThePart()
    {
        var name = await _server.CreateAsync(dimension: 2, shards: 3);
        var request = Requests.Query(name, 1, 2);
        request.Parts.Add(new QueryPart { ItemId = "gone" });
        await Refusal.AssertAsync(StatusCode.NotFound, _server.QueryAsync(request), "parts[1].item_id");
    }

    [Fact]
    public async Task Query_TokenOrDeadlineThatIsOver_CancelledOrDeadlineExceeded()
    {
        var name = await _server.CreateAsync(dimension: 2);
        var cancelled = await Assert.ThrowsAsync<RpcException>(async () => await _server.Search.QueryAsync(Requests.Query(name, 1, 2), cancellationToken: new CancellationToken(true)));
        Assert.Equal(StatusCode.Cancelled, cancelled.StatusCode);
        var late = await Assert.ThrowsAsync<RpcException>(
            async () => await _server.Search.QueryAsync(Requests.Query(name, 1, 2), deadline: DateTime.UtcNow.AddSeconds(-1), cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(StatusCode.DeadlineExceeded, late.StatusCode);
    }
}
