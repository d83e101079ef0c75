using Grpc.Core;
using Manifold.Protocol.V1;

namespace Manifold.Server.Tests;

/// <summary>The stream of batches.</summary>
public sealed class IngestTests(SharedServer shared)
{
    private readonly TestServer _server = shared.Server;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ingest_ManyBatches_AreAnsweredInOrder(bool withWriter)
    {
        var name = await _server.CreateAsync(dimension: 1, shards: 3);
        using var call = _server.Items.Ingest(cancellationToken: Cancel);
        for (var batch = 1; batch <= 30; batch++)
        {
            var request = Requests.Upsert(name, Enumerable.Range(0, batch).Select(i => Requests.Item($"{batch}/{i}", i)));
            await call.RequestStream.WriteAsync(withWriter ? request.By("w", batch) : request, Cancel);
        }
        await call.RequestStream.CompleteAsync();

        var written = new List<int>();
        await foreach (var answer in call.ResponseStream.ReadAllAsync(Cancel))
        {
            Assert.Empty(answer.Errors);
            Assert.Equal(Acknowledgement.Applied, answer.Acknowledgement);
            written.Add(answer.Written);
        }
        Assert.Equal(Enumerable.Range(1, 30), written);
        Assert.Equal(30 * 31 / 2, await _server.CountAsync(name));
    }

    [Fact]
    public async Task Ingest_AnswerBeforeTheStreamEnds_IsAppliedWhenItArrives()
    {
        var name = await _server.CreateAsync(dimension: 1);
        using var call = _server.Items.Ingest(cancellationToken: Cancel);
        for (var batch = 1; batch <= 3; batch++)
        {
            await call.RequestStream.WriteAsync(Requests.Upsert(name, Requests.Item($"{batch}", batch)), Cancel);
            Assert.True(await call.ResponseStream.MoveNext(Cancel));
            Assert.Equal(batch, await _server.CountAsync(name));
        }
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(Cancel));
    }

    [Fact]
    public async Task Ingest_BadItemsAndABatchOfNothingElse_AreReportedAndTheStreamGoesOn()
    {
        var name = await _server.CreateAsync(dimension: 1);
        using var call = _server.Items.Ingest(cancellationToken: Cancel);
        await call.RequestStream.WriteAsync(Requests.Upsert(name, Requests.Item("a", 1), Requests.Item("b", 1, 2)), Cancel);
        await call.RequestStream.WriteAsync(Requests.Upsert(name, Requests.Item("", 1), new ItemInput()), Cancel);
        await call.RequestStream.WriteAsync(Requests.Upsert(name, Requests.Item("c", 1)), Cancel);
        await call.RequestStream.CompleteAsync();

        var answers = await call.ResponseStream.ReadAllAsync(Cancel).ToListAsync(Cancel);
        Assert.Equal([1, 0, 1], answers.Select(a => a.Written));
        Assert.Equal([(1, "b")], answers[0].Errors.Select(e => (e.Index, e.Id)));
        Assert.Equal(["items[0].item.id", "items[1].item"], answers[1].Errors.Select(e => e.Field));
        Assert.Empty(answers[2].Errors);
        Assert.Equal(2, await _server.CountAsync(name));
    }

    [Theory]
    [InlineData("unknown collection", StatusCode.NotFound, "collection")]
    [InlineData("empty batch", StatusCode.InvalidArgument, "items")]
    [InlineData("bad writer", StatusCode.InvalidArgument, "writer.writer")]
    public async Task Ingest_BatchThatIsAMistake_EndsTheStreamAndWhatWasAcknowledgedStays(string mistake, StatusCode code, string field)
    {
        var name = await _server.CreateAsync(dimension: 1);
        using var call = _server.Items.Ingest(cancellationToken: Cancel);
        await call.RequestStream.WriteAsync(Requests.Upsert(name, Requests.Item("a", 1)), Cancel);
        await call.RequestStream.WriteAsync(
            mistake switch
            {
                "unknown collection" => Requests.Upsert("no-such-collection", Requests.Item("b", 1)),
                "empty batch" => Requests.Upsert(name),
                _ => Requests.Upsert(name, Requests.Item("b", 1)).By("", 1),
            },
            Cancel);

        Assert.True(await call.ResponseStream.MoveNext(Cancel));
        Assert.Equal(1, call.ResponseStream.Current.Written);
        var refusal = Refusal.Of(await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Cancel)));
        Assert.Equal(code, refusal.Code);
        Assert.Equal([field], refusal.Fields);
        Assert.Equal(["a"], (await _server.ScrollAllAsync(name)).Select(i => i.Id));
    }

    [Fact]
    public async Task Ingest_OldSequence_EndsTheStreamWithFailedPrecondition()
    {
        var name = await _server.CreateAsync(dimension: 1);
        using var call = _server.Items.Ingest(cancellationToken: Cancel);
        await call.RequestStream.WriteAsync(Requests.Upsert(name, Requests.Item("a", 1)).By("w", 2), Cancel);
        await call.RequestStream.WriteAsync(Requests.Upsert(name, Requests.Item("a", 2)).By("w", 1), Cancel);

        Assert.True(await call.ResponseStream.MoveNext(Cancel));
        var refusal = Refusal.Of(await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Cancel)));
        Assert.Equal((StatusCode.FailedPrecondition, "writer.sequence"), (refusal.Code, Assert.Single(refusal.Fields)));
    }

    [Theory]
    [InlineData("no writer")]
    [InlineData("writers of their own")]
    public async Task Ingest_SameIdInBatchesOfTheStream_TheLaterWinsThoughItsContentIsFasterToEncode(string writers)
    {
        var name = await _server.CreateAsync(1, new Space { Encoder = "tests", Metric = Metric.L2 });
        for (var round = 0; round < 5; round++)
        {
            using var call = _server.Items.Ingest(cancellationToken: Cancel);
            var slow = SlowBatch(name);
            var fast = Requests.Upsert(name, Requests.Item("it", round, 7, 7));
            if (writers == "writers of their own")
            {
                slow.By($"slow {round}", 1);
                fast.By($"fast {round}", 1);
            }
            await call.RequestStream.WriteAsync(slow, Cancel);
            await call.RequestStream.WriteAsync(fast, Cancel);
            await call.RequestStream.CompleteAsync();
            Assert.Equal([201, 1], await call.ResponseStream.ReadAllAsync(Cancel).Select(a => a.Written).ToListAsync(Cancel));

            var found = Assert.Single(await _server.GetAsync(new GetRequest { Collection = name, Ids = { "it" }, WithVectors = true }));
            Assert.Equal([round, 7, 7], Requests.Read(found.Vectors["default"]));
        }
    }

    [Fact]
    public async Task Ingest_WritersThatTakeTurns_NoneIsOutOfSequence()
    {
        var name = await _server.CreateAsync(1, new Space { Encoder = "tests", Metric = Metric.L2 });
        using var call = _server.Items.Ingest(cancellationToken: Cancel);
        for (var sequence = 1; sequence <= 3; sequence += 2)
        {
            await call.RequestStream.WriteAsync(SlowBatch(name).By("a", sequence), Cancel);
            await call.RequestStream.WriteAsync(Requests.Upsert(name, Requests.Item("b", 1, 2, 3)).By("b", sequence), Cancel);
            await call.RequestStream.WriteAsync(Requests.Upsert(name, Requests.Item("it", sequence, 2, 3)).By("a", sequence + 1), Cancel);
        }
        await call.RequestStream.CompleteAsync();

        Assert.Equal([201, 1, 1, 201, 1, 1], await call.ResponseStream.ReadAllAsync(Cancel).Select(a => a.Written).ToListAsync(Cancel));
        var found = Assert.Single(await _server.GetAsync(new GetRequest { Collection = name, Ids = { "it" }, WithVectors = true }));
        Assert.Equal([3, 2, 3], Requests.Read(found.Vectors["default"]));
    }

    [Fact]
    public async Task Ingest_ClientThatGivesUp_LeavesTheServerWell()
    {
        var name = await _server.CreateAsync(dimension: 1);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using (var call = _server.Items.Ingest(cancellationToken: stop.Token))
        {
            await call.RequestStream.WriteAsync(Requests.Upsert(name, Requests.Item("a", 1)), Cancel);
            Assert.True(await call.ResponseStream.MoveNext(Cancel));
            await stop.CancelAsync();
            Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None))).StatusCode);
        }
        Assert.Equal(1, await _server.CountAsync(name));
        await _server.UpsertAsync(name, Requests.Item("b", 1));
    }

    [Fact]
    public async Task Ingest_NothingSent_EndsWithNothing()
    {
        using var call = _server.Items.Ingest(cancellationToken: Cancel);
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(Cancel));
    }

    /// <summary>200 pictures to encode and one more, "it".</summary>
    private static UpsertRequest SlowBatch(string collection) => Requests.Upsert(
        collection, Enumerable.Range(1, 200).Select(i => $"{i}").Append("it").Select(id => Requests.Of(id, Requests.Image(Pictures.Solid("red", 400)))));
}
