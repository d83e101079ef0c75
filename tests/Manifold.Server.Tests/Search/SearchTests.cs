using System.Text;
using Grpc.Core;
using Manifold.Protocol.V1;

namespace Manifold.Server.Tests;

/// <summary>What searches find.</summary>
public sealed class SearchTests(SharedServer shared, ITestOutputHelper output)
{
    private readonly TestServer _server = shared.Server;

    [Theory]
    [InlineData(Metric.Cosine, 1)]
    [InlineData(Metric.Cosine, 3)]
    [InlineData(Metric.InnerProduct, 1)]
    [InlineData(Metric.InnerProduct, 64)]
    [InlineData(Metric.L2, 1)]
    [InlineData(Metric.L2, 3)]
    public async Task Query_RandomItems_FindsWhatAReferenceInDoubleFinds(Metric metric, int shards)
    {
        const int Dimension = 13;
        var random = NewRandom();
        var name = await _server.CreateAsync(Dimension, metric, shards);
        var items = new Dictionary<string, float[]>();
        for (var batch = 0; batch < 6; batch++)
        {
            var inputs = Enumerable.Range(0, 120).Select(_ => $"i{random.Next(600)}").Distinct().ToDictionary(id => id, _ => Requests.RandomVector(random, Dimension));
            await _server.UpsertAsync(name, inputs.Select(i => Requests.Item(i.Key, i.Value)));
            foreach (var (id, vector) in inputs)
            {
                items[id] = vector;
            }
            var gone = inputs.Keys.Where(_ => random.Next(6) == 0).ToArray();
            await _server.DeleteAsync(name, [.. gone, "never there"]);
            Array.ForEach(gone, id => items.Remove(id));
        }

        foreach (var limit in new[] { 1, 10, items.Count, 10_000 })
        {
            var query = Requests.RandomVector(random, Dimension);
            var request = Requests.Query(name, query);
            request.Limit = limit;
            request.IdsOnly = true;
            var answer = await _server.QueryAsync(request);
            ScoreReference.AssertBest(answer.Hits, items, metric, query, limit);
            Assert.Equal((shards, shards), (answer.ShardsAnswered, answer.ShardsTotal));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Query_EqualScores_AreInOrderOfIdsUtf8Bytes(int shards)
    {
        var name = await _server.CreateAsync(dimension: 2, shards: shards);
        string[] ids = ["b", "a", "\uFFFD", "\U0001F388", "Z", "é", .. Enumerable.Range(0, 60).Select(i => $"i{i}")];
        await _server.UpsertAsync(name, ids.Select(id => Requests.Item(id, 1, 2)).Append(Requests.Item("zz best", 2, 2)));
        var ordered = ids.OrderBy(id => Encoding.UTF8.GetBytes(id), Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)));

        foreach (var limit in new[] { 5, 1000 })
        {
            var request = Requests.Query(name, 1, 1);
            request.Limit = limit;
            Assert.Equal(ordered.Prepend("zz best").Take(limit), (await _server.QueryAsync(request)).Hits.Select(h => h.Item.Id));
        }
    }

    [Fact]
    public async Task Query_LimitZero_IsTen()
    {
        var name = await _server.CreateAsync(dimension: 1, shards: 3);
        await _server.UpsertAsync(name, Enumerable.Range(0, 50).Select(i => Requests.Item($"i{i}", i)));
        Assert.Equal(Enumerable.Range(40, 10).Reverse().Select(i => $"i{i}"), (await _server.QueryAsync(Requests.Query(name, 1))).Hits.Select(h => h.Item.Id));
    }

    [Fact]
    public async Task Query_EmptyCollection_FindsNothing()
    {
        var answer = await _server.QueryAsync(Requests.Query(await _server.CreateAsync(dimension: 1, shards: 3), 1));
        Assert.Empty(answer.Hits);
        Assert.Equal((3, 3), (answer.ShardsAnswered, answer.ShardsTotal));
    }

    [Theory]
    [InlineData(Metric.InnerProduct, 3, "i9", "i8", "i7", "i6", "i5", "i4", "i3")]
    [InlineData(Metric.InnerProduct, 9.5, new string[0])]
    [InlineData(Metric.L2, -4, "i1", "i0", "i2", "i3")]
    [InlineData(Metric.L2, float.NegativeInfinity, "i1", "i0", "i2", "i3", "i4", "i5", "i6", "i7", "i8", "i9")]
    public async Task Query_ScoreThreshold_LeavesOutWhatIsBelow(Metric metric, float threshold, params string[] expected)
    {
        var name = await _server.CreateAsync(dimension: 1, metric, shards: 3);
        await _server.UpsertAsync(name, Enumerable.Range(0, 10).Select(i => Requests.Item($"i{i}", i)));
        var request = Requests.Query(name, 1);
        request.ScoreThreshold = threshold;
        Assert.Equal(expected, (await _server.QueryAsync(request)).Hits.Select(h => h.Item.Id));
    }

    [Fact]
    public async Task Query_WhatHitsBring_FollowsTheRequest()
    {
        var name = await _server.CreateAsync(dimension: 2, Metric.L2, shards: 3);
        var input = Requests.Item("a", 1, 2).With("colour", Requests.Value("red"));
        input.Item.ContentUri = "a.png";
        input.Item.Modality = Modality.Image;
        await _server.UpsertAsync(name, input);

        var plain = Assert.Single((await _server.QueryAsync(Requests.Query(name, 1, 2))).Hits);
        Assert.Equal(("a", Modality.Image, "a.png", "red", 0), (plain.Item.Id, plain.Item.Modality, plain.Item.ContentUri, plain.Item.Attributes["colour"].StringValue, plain.Item.Vectors.Count));
        Assert.Equal(0, plain.Score);

        var request = Requests.Query(name, 1, 2);
        request.WithVectors = true;
        var full = Assert.Single((await _server.QueryAsync(request)).Hits);
        Assert.Equal([1, 2], Requests.Read(full.Item.Vectors["default"]));

        request = Requests.Query(name, 1, 2);
        request.IdsOnly = true;
        Assert.Equal(new Item { Id = "a" }, Assert.Single((await _server.QueryAsync(request)).Hits).Item);
    }

    [Fact]
    public async Task Query_NamedSpace_SearchesOnlyItemsThatHaveIt()
    {
        var name = await _server.CreateAsync(
            2, new Space { Name = "first", Dimension = 1, Metric = Metric.InnerProduct }, new Space { Name = "second", Dimension = 2, Metric = Metric.L2 });
        await _server.UpsertAsync(
            name,
            new ItemInput { Item = new Item { Id = "one", Vectors = { ["first"] = Requests.Vector(5) } } },
            new ItemInput { Item = new Item { Id = "two", Vectors = { ["second"] = Requests.Vector(5, 5) } } },
            new ItemInput { Item = new Item { Id = "both", Vectors = { ["first"] = Requests.Vector(1), ["second"] = Requests.Vector(1, 1) } } });

        Assert.Equal(["one", "both"], (await _server.QueryAsync(Requests.Query(name, 1))).Hits.Select(h => h.Item.Id));
        var second = Requests.Query(name, 5, 5);
        second.Space = "second";
        Assert.Equal([("two", 0f), ("both", -32f)], (await _server.QueryAsync(second)).Hits.Select(h => (h.Item.Id, h.Score)));
    }

    [Fact]
    public async Task Query_ByItem_LeavesTheItemItselfOut()
    {
        var name = await _server.CreateAsync(dimension: 2, Metric.Cosine, shards: 3);
        await _server.UpsertAsync(name, Requests.Item("a", 1, 0), Requests.Item("same", 2, 0), Requests.Item("near", 1, 0.1f), Requests.Item("far", -1, 0));
        var request = new QueryRequest { Collection = name, Parts = { new QueryPart { ItemId = "a" } }, Limit = 3 };

        Assert.Equal(["same", "near", "far"], (await _server.QueryAsync(request)).Hits.Select(h => h.Item.Id));
        request.Limit = 1;
        Assert.Equal(["same"], (await _server.QueryAsync(request)).Hits.Select(h => h.Item.Id));
        request.Parts.Add(new QueryPart { ItemId = "same" });
        Assert.Equal(["near"], (await _server.QueryAsync(request)).Hits.Select(h => h.Item.Id));
    }

    [Theory]
    [InlineData(Metric.Cosine)]
    [InlineData(Metric.InnerProduct)]
    [InlineData(Metric.L2)]
    public async Task Query_WeightedParts_SearchesByTheirSumAsTheWireDefinesIt(Metric metric)
    {
        const int Dimension = 6;
        var random = NewRandom();
        var name = await _server.CreateAsync(Dimension, metric, shards: 3);
        var items = Enumerable.Range(0, 200).ToDictionary(i => $"i{i}", _ => Requests.RandomVector(random, Dimension));
        await _server.UpsertAsync(name, items.Select(i => Requests.Item(i.Key, i.Value)));

        var (a, b, c) = (Requests.RandomVector(random, Dimension), Requests.RandomVector(random, Dimension), items["i17"]);
        var request = new QueryRequest
        {
            Collection = name,
            Limit = 20,
            Parts =
            {
                new QueryPart { Vector = Requests.Vector(a) },
                new QueryPart { Vector = Requests.Packed(b), Weight = 2.5 },
                new QueryPart { ItemId = "i17", Weight = -0.5 },
            },
        };
        var sum = new float[Dimension];
        for (var i = 0; i < Dimension; i++)
        {
            sum[i] = (float)(metric switch
            {
                Metric.Cosine => (a[i] / Norm(a)) + (2.5 * b[i] / Norm(b)) - (0.5 * c[i] / Norm(c)),
                Metric.InnerProduct => a[i] + (2.5 * b[i]) - (0.5 * c[i]),
                _ => (a[i] + (2.5 * b[i]) - (0.5 * c[i])) / 3,
            });
        }
        items.Remove("i17");
        ScoreReference.AssertBest((await _server.QueryAsync(request)).Hits, items, metric, sum, 20);
    }

    [Fact]
    public async Task Query_AtLeastThePositionsOfAWrite_SeesTheWrite()
    {
        var name = await _server.CreateAsync(dimension: 1, shards: 3);
        for (var round = 0; round < 40; round++)
        {
            var write = Requests.Upsert(name, Enumerable.Range(0, 5).Select(i => Requests.Item($"i{i}", round)));
            write.Acknowledgement = Acknowledgement.Durable;
            var written = await _server.UpsertAsync(write);
            var request = Requests.Query(name, 1);
            request.AtLeast.AddRange(written.Positions);
            Assert.Equal(Enumerable.Repeat((float)round, 5), (await _server.QueryAsync(request)).Hits.Select(h => h.Score));
        }
    }

    [Fact]
    public async Task Query_AtLeastAPositionThatNoWriteHas_FailedPrecondition()
    {
        var name = await _server.CreateAsync(dimension: 1);
        await _server.UpsertAsync(name, Requests.Item("a", 1));
        var request = Requests.Query(name, 1);
        request.AtLeast.Add(new ShardPosition { Position = 2 });
        var refusal = await Refusal.OfAsync(_server.QueryAsync(request));
        Assert.Equal(StatusCode.FailedPrecondition, refusal.Code);
        Assert.Equal(["at_least"], refusal.Fields);
    }

    private static double Norm(float[] vector) => Math.Sqrt(vector.Sum(v => (double)v * v));

    private Random NewRandom()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        return new Random(seed);
    }
}
