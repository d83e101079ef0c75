using Grpc.Core;
using Manifold.FakeServer;

namespace Manifold.Client.Tests;

public sealed class IngestTests
{
    private static readonly ManifoldClientOptions Hasty = new() { FirstBackoff = TimeSpan.FromMilliseconds(1) };

    private static async IAsyncEnumerable<ItemInput> Items(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await Task.Yield();
            yield return ItemInput.FromVector($"item-{i}", new float[] { i, 1 });
        }
    }

    private static async Task<FakeManifold> StartAsync()
    {
        var server = await FakeManifold.StartAsync(TestContext.Current.CancellationToken);
        server.Store.Collections["c"] = new Protocol.V1.Collection { Name = "c", Spaces = { new Protocol.V1.Space { Name = "default", Dimension = 2 } } };
        return server;
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 4)]
    [InlineData(3, 4)]
    public async Task Ingest_StreamsThatBreakBeforeTheyAnswer_WriteEveryItemOnce(int lanes, int window)
    {
        await using var server = await StartAsync();
        server.Store.DropAnswer = batch => batch % 5 == 3;
        using var client = new ManifoldClient(server.Address, Hasty);

        var options = new IngestOptions { BatchSize = 7, Lanes = lanes, Window = window };
        var result = await client.IngestAsync("c", Items(500), options, TestContext.Current.CancellationToken);

        Assert.Equal((500, 0), (result.Written, result.Failed));
        Assert.Equal(500, server.Store.Items.Count);
        Assert.All(server.Store.Writes, w => Assert.Equal(1, w.Value));
        Assert.Equal(0, server.Store.RefusedSequences);
        Assert.True(server.Store.Streams > lanes, "no stream was dropped");
        Assert.Equal(500, result.Positions.Single().Position);
    }

    [Fact]
    public async Task Ingest_BadItems_AreToldByTheirPlaceInTheSource()
    {
        await using var server = await StartAsync();
        server.Store.Judge = input => input.Item.Id.EndsWith('3') ? "no threes" : null;
        using var client = new ManifoldClient(server.Address, Hasty);
        var errors = new List<ItemError>();

        var options = new IngestOptions { BatchSize = 4, Lanes = 2, OnError = errors.Add };
        var result = await client.IngestAsync("c", Items(40), options, TestContext.Current.CancellationToken);

        Assert.Equal((36, 4), (result.Written, result.Failed));
        Assert.Equal([3L, 13, 23, 33], errors.Select(e => e.Index).Order());
        Assert.All(errors, e => Assert.Equal(($"item-{e.Index}", "no threes"), (e.Id, e.Message)));
    }

    [Fact]
    public async Task Ingest_AttributeOfNoKind_FailsThatItemOnly()
    {
        await using var server = await StartAsync();
        using var client = new ManifoldClient(server.Address, Hasty);
        var bad = ItemInput.FromVector("bad", new float[] { 1, 2 }, new Dictionary<string, object> { ["n"] = (1L << 53) + 1 });
        var errors = new List<ItemError>();

        var result = await client.IngestAsync(
            "c", Items(2).Append(bad), new IngestOptions { OnError = errors.Add }, TestContext.Current.CancellationToken);

        Assert.Equal((2, 1), (result.Written, result.Failed));
        Assert.Contains("2^53", errors.Single().Message, StringComparison.Ordinal);
        Assert.Equal(2, errors.Single().Index);
    }

    [Fact]
    public async Task Ingest_UnknownCollection_FailsAtOnce()
    {
        await using var server = await StartAsync();
        using var client = new ManifoldClient(server.Address, Hasty);

        var error = await Assert.ThrowsAsync<ManifoldException>(
            () => client.IngestAsync("other", Items(10_000), new IngestOptions { BatchSize = 10 }, TestContext.Current.CancellationToken));

        Assert.Equal(StatusCode.NotFound, error.Status);
    }

    [Fact]
    public async Task Ingest_StreamThatAlwaysBreaks_GivesUpAfterResumeFor()
    {
        await using var server = await StartAsync();
        server.Store.DropAnswer = _ => true;
        using var client = new ManifoldClient(server.Address, Hasty);

        var options = new IngestOptions { ResumeFor = TimeSpan.FromMilliseconds(50) };
        var error = await Assert.ThrowsAsync<ManifoldException>(() => client.IngestAsync("c", Items(10), options, TestContext.Current.CancellationToken));

        Assert.Equal(StatusCode.Unavailable, error.Status);
        Assert.All(server.Store.Writes, w => Assert.Equal(1, w.Value));
    }

    [Fact]
    public async Task Ingest_SourceThatThrows_ThrowsThat()
    {
        await using var server = await StartAsync();
        using var client = new ManifoldClient(server.Address, Hasty);

        await Assert.ThrowsAsync<InvalidDataException>(() => client.IngestAsync("c", Broken(), cancellationToken: TestContext.Current.CancellationToken));

        static async IAsyncEnumerable<ItemInput> Broken()
        {
            await Task.Yield();
            yield return ItemInput.FromVector("a", new float[] { 1, 2 });
            throw new InvalidDataException("broken");
        }
    }

    [Fact]
    public async Task Ingest_Cancelled_Stops()
    {
        await using var server = await StartAsync();
        using var client = new ManifoldClient(server.Address, Hasty);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.IngestAsync("c", Endless(), new IngestOptions { BatchSize = 5 }, stop.Token));

        async IAsyncEnumerable<ItemInput> Endless()
        {
            for (var i = 0; ; i++)
            {
                if (i == 100)
                    await stop.CancelAsync();
                await Task.Yield();
                yield return ItemInput.FromVector($"{i}", new float[] { i, 1 });
            }
        }
    }

    [Fact]
    public async Task Ingest_SameIdTwice_TheLastOneWins()
    {
        await using var server = await StartAsync();
        using var client = new ManifoldClient(server.Address, Hasty);

        await client.IngestAsync("c", Twice(), new IngestOptions { BatchSize = 1, Lanes = 4 }, TestContext.Current.CancellationToken);

        Assert.All(server.Store.Items.Values, i => Assert.Equal(2, i.Attributes["round"].NumberValue));

        static async IAsyncEnumerable<ItemInput> Twice()
        {
            await Task.Yield();
            for (var i = 0; i < 100; i++)
                yield return ItemInput.FromVector($"{i % 50}", new float[] { 1, 2 }, new Dictionary<string, object> { ["round"] = 1 + (i / 50) });
        }
    }
}
