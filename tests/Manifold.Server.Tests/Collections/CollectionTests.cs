using Grpc.Core;
using Manifold.Protocol.V1;

namespace Manifold.Server.Tests;

/// <summary>Creating, listing and dropping collections.</summary>
public sealed class CollectionTests(SharedServer shared)
{
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task Create_WithAPrecision_KeepsIt_AndRefusesWhatCannotBe()
    {
        var name = await _server.CreateAsync(1, new Space { Dimension = 2, Precision = Precision.Int8, CodeBits = 2 }, new Space { Name = "plain", Dimension = 2 });
        var spaces = (await _server.GetAsync(new GetCollectionRequest { Name = name })).Spaces;
        Assert.Equal([(Precision.Int8, 2), (Precision.Float32, 4)], spaces.Select(space => (space.Precision, space.CodeBits)));

        foreach (var (space, field) in ((Space, string)[])
        [
            (new Space { Dimension = 2, Precision = (Precision)9 }, "spaces[0].precision"),
            (new Space { Dimension = 2, Precision = Precision.Int8, MultiVector = true }, "spaces[0].precision"),
            (new Space { Dimension = 2, CodeBits = 5 }, "spaces[0].code_bits"),
            (new Space { Dimension = 2, CodeBits = -1 }, "spaces[0].code_bits"),
        ])
            await Refusal.AssertAsync(StatusCode.InvalidArgument, _server.CreateAsync(1, space), field);
    }

    [Fact]
    public async Task Create_SpaceWithoutNameMetricAndShardCount_TakesTheDefaults()
    {
        var before = DateTime.UtcNow.AddMinutes(-1);
        var created = await _server.CreateAsync(new CreateCollectionRequest { Name = TestServer.NewName(), Spaces = { new Space { Dimension = 3 } } });

        Assert.Equal(new Space { Name = "default", Dimension = 3, Metric = Metric.Cosine, Precision = Precision.Float32, CodeBits = 4 }, Assert.Single(created.Spaces));
        Assert.Equal(1, created.ShardCount);
        Assert.InRange(created.Created.ToDateTime(), before, DateTime.UtcNow.AddMinutes(1));
    }

    [Fact]
    public async Task Create_SeveralSpacesOfEveryMetric_KeepsThemInOrder()
    {
        Space[] spaces =
        [
            new() { Name = "b", Dimension = 1, Metric = Metric.Cosine, Precision = Precision.Float32, CodeBits = 4 },
            new() { Name = "a", Dimension = 4096, Metric = Metric.InnerProduct, Precision = Precision.Float32, CodeBits = 4 },
            new() { Name = "c_-9", Dimension = 7, Metric = Metric.L2, Precision = Precision.Float32, CodeBits = 4 },
        ];
        var request = new CreateCollectionRequest { Name = TestServer.NewName(), ShardCount = 64, Spaces = { spaces } };
        var created = await _server.CreateAsync(request);

        Assert.Equal(spaces, created.Spaces);
        Assert.Equal(64, created.ShardCount);
        Assert.Equal(created, await _server.GetAsync(new GetCollectionRequest { Name = request.Name }));
        Assert.Contains(created, await _server.ListAsync());
    }

    [Fact]
    public async Task Create_SameAgain_ReturnsTheSameCollection()
    {
        var request = new CreateCollectionRequest { Name = TestServer.NewName(), ShardCount = 2, Spaces = { new Space { Dimension = 3 } } };
        var first = await _server.CreateAsync(request);
        await _server.UpsertAsync(request.Name, Requests.Item("a", 1, 2, 3));

        Assert.Equal(first, await _server.CreateAsync(request));
        Assert.Equal(1, await _server.CountAsync(request.Name));
    }

    [Theory]
    [InlineData(4, Metric.Cosine, 2, "default")]
    [InlineData(3, Metric.L2, 2, "default")]
    [InlineData(3, Metric.Cosine, 3, "default")]
    [InlineData(3, Metric.Cosine, 2, "other")]
    public async Task Create_SameNameOtherSettings_AlreadyExists(int dimension, Metric metric, int shards, string space)
    {
        var name = TestServer.NewName();
        await _server.CreateAsync(new CreateCollectionRequest { Name = name, ShardCount = 2, Spaces = { new Space { Dimension = 3 } } });

        await Refusal.AssertAsync(
            StatusCode.AlreadyExists,
            _server.CreateAsync(new CreateCollectionRequest
            {
                Name = name,
                ShardCount = shards,
                Spaces = { new Space { Name = space, Dimension = dimension, Metric = metric } },
            }),
            "name");
    }

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("naïve")]
    [InlineData("line\n")]
    public async Task Create_BadName_InvalidArgument(string name) => await Refusal.AssertAsync(
        StatusCode.InvalidArgument, _server.CreateAsync(new CreateCollectionRequest { Name = name, Spaces = { new Space { Dimension = 3 } } }), "name");

    [Fact]
    public async Task Create_NameOf64Characters_IsTheLongest()
    {
        var longest = TestServer.NewName().PadRight(64, 'x');
        await _server.CreateAsync(new CreateCollectionRequest { Name = longest, Spaces = { new Space { Dimension = 2 } } });
        await _server.UpsertAsync(longest, Requests.Item("a", 1, 2));

        Assert.Equal(1, await _server.CountAsync(longest));
        await Refusal.AssertAsync(
            StatusCode.InvalidArgument, _server.CreateAsync(new CreateCollectionRequest { Name = longest + "x", Spaces = { new Space { Dimension = 2 } } }), "name");
    }

    [Theory]
    [InlineData("bad name", 3, Metric.Cosine, "spaces[1].name")]
    [InlineData("first", 3, Metric.Cosine, "spaces[1].name")]
    [InlineData("second", 0, Metric.Cosine, "spaces[1].dimension")]
    [InlineData("second", -1, Metric.Cosine, "spaces[1].dimension")]
    [InlineData("second", 4097, Metric.Cosine, "spaces[1].dimension")]
    [InlineData("second", 3, (Metric)9, "spaces[1].metric")]
    public async Task Create_BadSpace_InvalidArgument(string space, int dimension, Metric metric, string field) => await Refusal.AssertAsync(
        StatusCode.InvalidArgument,
        _server.CreateAsync(new CreateCollectionRequest
        {
            Name = TestServer.NewName(),
            Spaces = { new Space { Name = "first", Dimension = 3 }, new Space { Name = space, Dimension = dimension, Metric = metric } },
        }),
        field);

    [Fact]
    public async Task Create_NoSpaces_InvalidArgument() => await Refusal.AssertAsync(
        StatusCode.InvalidArgument, _server.CreateAsync(new CreateCollectionRequest { Name = TestServer.NewName() }), "spaces");

    [Fact]
    public async Task Create_MoreThan16Spaces_InvalidArgument() => await Refusal.AssertAsync(
        StatusCode.InvalidArgument,
        _server.CreateAsync(new CreateCollectionRequest
        {
            Name = TestServer.NewName(),
            Spaces = { Enumerable.Range(0, 17).Select(i => new Space { Name = $"s{i}", Dimension = 2 }) },
        }),
        "spaces");

    [Theory]
    [InlineData(-1)]
    [InlineData(1025)]
    public async Task Create_BadShardCount_InvalidArgument(int shards) => await Refusal.AssertAsync(
        StatusCode.InvalidArgument,
        _server.CreateAsync(new CreateCollectionRequest { Name = TestServer.NewName(), ShardCount = shards, Spaces = { new Space { Dimension = 3 } } }),
        "shard_count");

    [Fact]
    public async Task List_ManyCollections_AreInOrderOfName()
    {
        var prefix = TestServer.NewName();
        foreach (var suffix in new[] { "b", "a", "C" })
        {
            await _server.CreateAsync(new CreateCollectionRequest { Name = prefix + suffix, Spaces = { new Space { Dimension = 3 } } });
        }

        Assert.Equal([prefix + "C", prefix + "a", prefix + "b"], (await _server.ListAsync()).Select(c => c.Name).Where(n => n.StartsWith(prefix, StringComparison.Ordinal) && n.Length == prefix.Length + 1));
    }

    [Fact]
    public async Task Drop_Existing_IsGoneEverywhere()
    {
        var name = await _server.CreateAsync(shards: 3);
        await _server.UpsertAsync(name, Requests.Item("a", 1, 2, 3, 4));
        await _server.DropAsync(name);

        Assert.DoesNotContain(name, (await _server.ListAsync()).Select(c => c.Name));
        await Refusal.AssertAsync(StatusCode.NotFound, _server.GetAsync(new GetCollectionRequest { Name = name }), "name");
        await Refusal.AssertAsync(StatusCode.NotFound, _server.DropAsync(name), "name");
        await Refusal.AssertAsync(StatusCode.NotFound, _server.CountAsync(name), "collection");
        await Refusal.AssertAsync(StatusCode.NotFound, _server.UpsertAsync(name, Requests.Item("a", 1, 2, 3, 4)), "collection");
        await Refusal.AssertAsync(StatusCode.NotFound, _server.QueryAsync(Requests.Query(name, 1, 2, 3, 4)), "collection");
    }

    [Fact]
    public async Task Drop_CreatedAgainUnderTheSameName_IsEmptyAndTakesTheNewSettings()
    {
        var name = await _server.CreateAsync(dimension: 4, shards: 2);
        for (var round = 3; round < 6; round++)
        {
            await _server.DropAsync(name);
            await _server.CreateAsync(new CreateCollectionRequest { Name = name, ShardCount = round, Spaces = { new Space { Dimension = round } } });

            Assert.Equal(0, await _server.CountAsync(name));
            Assert.Empty(await _server.GetAsync(Requests.Get(name, "a")));
            var vector = Enumerable.Repeat(1f, round).ToArray();
            Assert.Equal(1, (await _server.UpsertAsync(name, Requests.Item("a", vector))).Written);
            Assert.Equal("a", Assert.Single((await _server.QueryAsync(Requests.Query(name, vector))).Hits).Item.Id);
        }
    }

    [Fact]
    public async Task AnyCall_UnknownCollection_NotFoundNamingTheField()
    {
        const string Unknown = "no-such-collection";
        await Refusal.AssertAsync(StatusCode.NotFound, _server.GetAsync(new GetCollectionRequest { Name = Unknown }), "name");
        await Refusal.AssertAsync(StatusCode.NotFound, _server.DropAsync(Unknown), "name");
        await Refusal.AssertAsync(StatusCode.NotFound, _server.UpsertAsync(Unknown, Requests.Item("a", 1)), "collection");
        await Refusal.AssertAsync(StatusCode.NotFound, _server.DeleteAsync(Unknown, "a"), "collection");
        await Refusal.AssertAsync(StatusCode.NotFound, _server.GetAsync(Requests.Get(Unknown, "a")), "collection");
        await Refusal.AssertAsync(StatusCode.NotFound, _server.ScrollAsync(new ScrollRequest { Collection = Unknown }), "collection");
        await Refusal.AssertAsync(StatusCode.NotFound, _server.CountAsync(Unknown), "collection");
        await Refusal.AssertAsync(StatusCode.NotFound, _server.QueryAsync(Requests.Query(Unknown, 1)), "collection");
    }

    [Fact]
    public async Task AnyCall_NoCollectionNamed_InvalidArgument()
    {
        await Refusal.AssertAsync(StatusCode.InvalidArgument, _server.CountAsync(""), "collection");
        await Refusal.AssertAsync(StatusCode.InvalidArgument, _server.QueryAsync(Requests.Query("", 1)), "collection");
    }

    [Fact]
    public async Task Create_ManyAtOnce_OneOfEachName()
    {
        var names = Enumerable.Range(0, 8).Select(_ => TestServer.NewName()).ToArray();
        var created = await Task.WhenAll(Enumerable.Range(0, 32).Select(i =>
            _server.CreateAsync(new CreateCollectionRequest { Name = names[i % names.Length], Spaces = { new Space { Dimension = 3 } } })));

        Assert.Equal(names.Length, created.Distinct().Count());
        Assert.Equal(names.Order(), (await _server.ListAsync()).Select(c => c.Name).Intersect(names).Order());
    }
}
