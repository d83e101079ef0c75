using Grpc.Core;
using Manifold.Protocol.V1;

namespace Manifold.Server.Tests;

/// <summary>Writes that may be sent again.</summary>
public sealed class WriterSequenceTests(SharedServer shared)
{
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task Upsert_SameSequenceAgain_AnsweredAsBeforeAndNotWrittenTwice()
    {
        var name = await _server.CreateAsync(dimension: 1);
        var first = await _server.UpsertAsync(Requests.Upsert(name, Requests.Item("a", 1)).By("w", 5));
        await _server.UpsertAsync(name, Requests.Item("a", 2));
        var again = await _server.UpsertAsync(Requests.Upsert(name, Requests.Item("a", 1)).By("w", 5));

        Assert.Equal(first, again);
        var found = Assert.Single(await _server.GetAsync(new GetRequest { Collection = name, Ids = { "a" }, WithVectors = true }));
        Assert.Equal([2], Requests.Read(found.Vectors["default"]));
        Assert.Equal(2, Assert.Single((await _server.GetStatusAsync()).Shards, s => s.Collection == name).Position);
    }

    [Fact]
    public async Task Upsert_OlderSequence_FailedPrecondition()
    {
        var name = await _server.CreateAsync(dimension: 1);
        await _server.UpsertAsync(Requests.Upsert(name, Requests.Item("a", 1)).By("w", 5));
        await Refusal.AssertAsync(StatusCode.FailedPrecondition, _server.UpsertAsync(Requests.Upsert(name, Requests.Item("a", 2)).By("w", 4)), "writer.sequence");
        await Refusal.AssertAsync(
            StatusCode.FailedPrecondition,
            _server.DeleteAsync(new DeleteRequest { Collection = name, Ids = { "a" }, Writer = new WriterSequence { Writer = "w", Sequence = 1 } }),
            "writer.sequence");

        // Another writer's numbers, and gaps, are no matter.
        await _server.UpsertAsync(Requests.Upsert(name, Requests.Item("b", 1)).By("other", 1));
        await _server.UpsertAsync(Requests.Upsert(name, Requests.Item("c", 1)).By("w", 900));
        Assert.Equal(3, await _server.CountAsync(name));
    }

    [Fact]
    public async Task Delete_SameSequenceAgain_DoesNotDeleteWhatWasWrittenSince()
    {
        var name = await _server.CreateAsync(dimension: 1);
        var delete = new DeleteRequest { Collection = name, Ids = { "a" }, Writer = new WriterSequence { Writer = "w", Sequence = 1 } };
        await _server.DeleteAsync(delete);
        await _server.UpsertAsync(name, Requests.Item("a", 1));
        await _server.DeleteAsync(delete);

        Assert.Equal(1, await _server.CountAsync(name));
    }

    [Fact]
    public async Task Upsert_RetriedOverSeveralShards_EachShardWritesOnce()
    {
        var name = await _server.CreateAsync(dimension: 1, shards: 3);
        var request = Requests.Upsert(name, Enumerable.Range(0, 30).Select(i => Requests.Item($"i{i}", i))).By("w", 1);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _server.UpsertAsync(request)));

        Assert.All(answers, answer => Assert.Equal(answers[0], answer));
        Assert.All((await _server.GetStatusAsync()).Shards.Where(s => s.Collection == name), s => Assert.Equal(1, s.Position));
    }

    [Theory]
    [InlineData("", 1, "writer.writer")]
    [InlineData("65 bytes", 1, "writer.writer")]
    [InlineData("w", 0, "writer.sequence")]
    [InlineData("w", -1, "writer.sequence")]
    public async Task Upsert_BadWriter_InvalidArgument(string writer, long sequence, string field)
    {
        var name = await _server.CreateAsync(dimension: 1);
        var id = writer == "65 bytes" ? new string('é', 32) + "x" : writer;
        await Refusal.AssertAsync(StatusCode.InvalidArgument, _server.UpsertAsync(Requests.Upsert(name, Requests.Item("a", 1)).By(id, sequence)), field);
        await Refusal.AssertAsync(
            StatusCode.InvalidArgument,
            _server.DeleteAsync(new DeleteRequest { Collection = name, Ids = { "a" }, Writer = new WriterSequence { Writer = id, Sequence = sequence } }),
            field);
    }

    [Fact]
    public async Task Upsert_WriterOf64Bytes_IsTheLongest()
    {
        var name = await _server.CreateAsync(dimension: 1);
        Assert.Equal(1, (await _server.UpsertAsync(Requests.Upsert(name, Requests.Item("a", 1)).By(new string('é', 32), long.MaxValue))).Written);
    }
}
