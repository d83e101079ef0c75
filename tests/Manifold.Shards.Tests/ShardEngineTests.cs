using Manifold.Index;

namespace Manifold.Shards.Tests;

public sealed class ShardEngineTests : IAsyncLifetime
{
    private readonly ShardFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Fact]
    public async Task WriteAsync_Applied_IsSeenBySearches()
    {
        await using var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(), Token);
        var result = await engine.WriteAsync(ShardFolder.Batch(("a", 1), ("b", 2)), Acknowledgement.Applied, Token);
        Assert.Equal(new WriteResult(1, Acknowledgement.Applied), result);
        Assert.Equal(new Dictionary<string, float> { ["a"] = 1, ["b"] = 2 }, ShardFolder.Read(engine));
    }

    [Fact]
    public async Task WriteAsync_SameIdAgain_Replaces()
    {
        await using var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(), Token);
        await engine.WriteAsync(ShardFolder.Batch(("a", 1)), Acknowledgement.Applied, Token);
        await engine.WriteAsync(ShardFolder.Batch(("a", 5)), Acknowledgement.Applied, Token);
        await engine.WriteAsync(ShardFolder.Deletion("nothing"), Acknowledgement.Applied, Token);
        Assert.Equal(new Dictionary<string, float> { ["a"] = 5 }, ShardFolder.Read(engine));
    }

    [Fact]
    public async Task OpenAsync_AfterAClose_ReadsTheLogAgain()
    {
        await using (var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(), Token))
        {
            await engine.WriteAsync(ShardFolder.Batch(("a", 1), ("b", 2)), Acknowledgement.Durable, Token);
            await engine.WriteAsync(ShardFolder.Deletion("a"), Acknowledgement.Durable, Token);
        }
        await using var reopened = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(), Token);
        Assert.Equal(new Dictionary<string, float> { ["b"] = 2 }, ShardFolder.Read(reopened));
        Assert.Equal(2, reopened.AppliedPosition);
        Assert.Equal(2, reopened.GetState().Epoch);
    }

    [Fact]
    public async Task WriteAsync_RepeatedSequence_IsAnsweredAgainAndNotWrittenTwice()
    {
        await using var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(), Token);
        var first = await engine.WriteAsync(ShardFolder.Batch("w", 1, ("a", 1)), Acknowledgement.Applied, Token);
        await engine.WriteAsync(ShardFolder.Batch(("a", 9)), Acknowledgement.Applied, Token);
        var again = await engine.WriteAsync(ShardFolder.Batch("w", 1, ("a", 1)), Acknowledgement.Applied, Token);
        Assert.Equal(first.Position, again.Position);
        Assert.Equal(9, ShardFolder.Read(engine)["a"]);
    }

    [Fact]
    public async Task WriteAsync_OlderSequence_IsRefusedAlsoAfterReopening()
    {
        await using (var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(), Token))
        {
            await engine.WriteAsync(ShardFolder.Batch("w", 7, ("a", 7)), Acknowledgement.Applied, Token);
            await Assert.ThrowsAsync<StaleWriteException>(() => engine.WriteAsync(ShardFolder.Batch("w", 6, ("a", 6)), Acknowledgement.Applied, Token));
        }
        await using var reopened = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(), Token);
        await Assert.ThrowsAsync<StaleWriteException>(() => reopened.WriteAsync(ShardFolder.Batch("w", 6, ("a", 6)), Acknowledgement.Applied, Token));
        Assert.Equal(1, (await reopened.WriteAsync(ShardFolder.Batch("w", 7, ("a", 7)), Acknowledgement.Applied, Token)).Position);
        Assert.Equal(7, ShardFolder.Read(reopened)["a"]);
    }

    [Fact]
    public async Task WriteAsync_SameSequenceForOtherItems_IsRefused()
    {
        await using var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(), Token);
        await engine.WriteAsync(ShardFolder.Batch("w", 1, ("a", 1)), Acknowledgement.Applied, Token);
        await Assert.ThrowsAsync<StaleWriteException>(() => engine.WriteAsync(ShardFolder.Batch("w", 1, ("a", 1), ("c", 1)), Acknowledgement.Applied, Token));
        Assert.Equal(["a"], ShardFolder.Read(engine).Keys);
    }

    [Fact]
    public async Task WriteAsync_AfterTheCallersDeadline_WritesNothing()
    {
        await using var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(), Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => engine.WriteAsync(ShardFolder.Batch(("a", 1)), Acknowledgement.Applied, new CancellationToken(canceled: true)));
        await engine.WriteAsync(ShardFolder.Batch(("b", 1)), Acknowledgement.Applied, Token);
        Assert.Equal(["b"], ShardFolder.Read(engine).Keys);
    }

    [Fact]
    public async Task WriteAsync_WrongDimensionOrTornBatch_IsRefusedAndNothingIsLogged()
    {
        await using var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(), Token);
        var wrong = new WriteBatchBuilder();
        wrong.Upsert(new Item { Id = "a", Vectors = new Dictionary<string, float[]> { ["default"] = [1, 2] } });
        await Assert.ThrowsAsync<InvalidBatchException>(() => engine.WriteAsync(wrong.ToArray(), Acknowledgement.Applied, Token));
        var whole = ShardFolder.Batch(("a", 1), ("b", 2));
        for (var length = 0; length < whole.Length; length++)
        {
            await Assert.ThrowsAsync<InvalidBatchException>(() => engine.WriteAsync(whole.AsMemory(0, length), Acknowledgement.Applied, Token));
        }
        Assert.Equal(0, engine.AppliedPosition);
    }

    [Fact]
    public async Task TwoEngines_TheOlderOne_IsFenced()
    {
        var services = _folder.Services();
        await using var old = await ShardEngine.OpenAsync(ShardFolder.Definition, services, Token);
        await old.WriteAsync(ShardFolder.Batch(("a", 1)), Acknowledgement.Applied, Token);
        await using var @new = await ShardEngine.OpenAsync(ShardFolder.Definition, services, Token);
        await Assert.ThrowsAsync<ShardUnavailableException>(() => old.WriteAsync(ShardFolder.Batch(("a", 2)), Acknowledgement.Applied, Token));
        Assert.NotNull(old.Failure);
        Assert.Equal(1, ShardFolder.Read(old)["a"]);
        await @new.WriteAsync(ShardFolder.Batch(("a", 3)), Acknowledgement.Applied, Token);
        Assert.Equal(3, ShardFolder.Read(@new)["a"]);
    }

    [Fact]
    public async Task WaitAppliedAsync_ReturnsOnceSeen_AndRefusesWhatWasNeverWritten()
    {
        await using var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(), Token);
        var written = await engine.WriteAsync(ShardFolder.Batch(("a", 1)), Acknowledgement.Durable, Token);
        await engine.WaitAppliedAsync(written.Position, Token);
        Assert.Single(ShardFolder.Read(engine));
        await Assert.ThrowsAsync<UnknownPositionException>(() => engine.WaitAppliedAsync(written.Position + 1, Token));
    }

    [Fact]
    public async Task WriteAsync_ManyWriters_AllAreApplied()
    {
        await using (var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(), Token))
        {
            await Task.WhenAll(Enumerable.Range(0, 64).Select(async writer =>
            {
                for (var i = 1; i <= 20; i++)
                {
                    await engine.WriteAsync(ShardFolder.Batch($"w{writer}", i, ($"{writer}-{i}", i), ($"last-{writer}", i)), Acknowledgement.Applied, Token);
                }
            }));
            Check(engine);
        }
        await using var reopened = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(), Token);
        Check(reopened);

        static void Check(ShardEngine engine)
        {
            var items = ShardFolder.Read(engine);
            Assert.Equal(64 * 21, items.Count);
            Assert.All(Enumerable.Range(0, 64), w => Assert.Equal(20, items[$"last-{w}"]));
        }
    }
}
