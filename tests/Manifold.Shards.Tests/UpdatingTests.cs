using Manifold.Index;

namespace Manifold.Shards.Tests;

/// <summary>Changes of attributes: of what stands right before them, whatever else is written.</summary>
public sealed class UpdatingTests : IAsyncLifetime
{
    private readonly ShardFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Fact]
    public async Task UpdateAsync_ChangesAttributesAndNothingElse_AlsoAfterReopening()
    {
        await using (var engine = await OpenAsync())
        {
            await engine.WriteAsync(ShardFolder.Batch(("a", 1), ("b", 2), ("c", 3)), Acknowledgement.Applied, Token);
            var result = await engine.UpdateAsync(
                [
                    new AttributeUpdate("a", Attributes.Of(("colour", "red"), ("value", 7)), ["absent"], Clear: false),
                    new AttributeUpdate("b", Attributes.Of(("colour", "blue")), [], Clear: true),
                    new AttributeUpdate("c", Attributes.Empty, ["value"], Clear: false),
                ],
                "", 0, Acknowledgement.Applied, Token);
            Assert.Equal((2, 0), (result.Written!.Value.Position, result.Failures.Count));
            AssertAttributes(engine);
        }

        await using var reopened = await OpenAsync();
        AssertAttributes(reopened);
        Assert.Equal(new Dictionary<string, float> { ["a"] = 1, ["b"] = 2, ["c"] = 3 }, ShardFolder.Read(reopened));

        static void AssertAttributes(ShardEngine engine)
        {
            Assert.Equal(Attributes.Of(("colour", "red"), ("value", 7)), Get(engine, "a")!.Attributes);
            Assert.Equal(Attributes.Of(("colour", "blue")), Get(engine, "b")!.Attributes);
            Assert.Equal(Attributes.Empty, Get(engine, "c")!.Attributes);
        }
    }

    [Fact]
    public async Task UpdateAsync_OfMissingAndOverfullItems_ChangesTheOthers()
    {
        await using var engine = await OpenAsync();
        await engine.WriteAsync(ShardFolder.Batch(("a", 1), ("b", 2)), Acknowledgement.Applied, Token);
        var many = Attributes.From(Enumerable.Range(0, Attributes.MaxCount).Select(i => KeyValuePair.Create($"n{i}", (AttributeValue)i)));
        AttributeUpdate[] updates = [Set("no such", "x", 1), new AttributeUpdate("a", many, [], Clear: false), Set("b", "x", 1)];
        var result = await engine.UpdateAsync(updates, "", 0, Acknowledgement.Applied, Token);
        Assert.Equal([(0, null), (1, "attributes")], result.Failures.Select(failure => (failure.Index, failure.Error?.Field)));
        Assert.Equal((AttributeValue)1, Get(engine, "b")!.Attributes["x"]);
        Assert.Single(Get(engine, "a")!.Attributes);

        Assert.Null((await engine.UpdateAsync(updates[..2], "", 0, Acknowledgement.Applied, Token)).Written);
        Assert.Equal(2, engine.AppliedPosition);
        await Assert.ThrowsAsync<InvalidBatchException>(() => engine.UpdateAsync([updates[2], updates[2]], "", 0, Acknowledgement.Applied, Token));
    }

    [Fact]
    public async Task UpdateAsync_RightAfterADurableInsert_FindsTheItem()
    {
        await using var engine = await OpenAsync();
        for (var i = 0; i < 200; i++)
        {
            await engine.WriteAsync(ShardFolder.Batch(($"{i}", 1)), Acknowledgement.Durable, Token);
            Assert.Empty((await engine.UpdateAsync([Set($"{i}", "x", i)], "", 0, Acknowledgement.Durable, Token)).Failures);
            await engine.WriteAsync(ShardFolder.Deletion($"{i}"), Acknowledgement.Durable, Token);
            Assert.Single((await engine.UpdateAsync([Set($"{i}", "x", i)], "", 0, Acknowledgement.Durable, Token)).Failures);
        }
    }

    [Fact]
    public async Task UpdateAsync_RepeatedSequence_IsAnsweredAgain_EvenWhenAnItemIsGone()
    {
        AttributeUpdate[] updates = [Set("a", "x", 1), Set("gone", "x", 1), Set("b", "x", 1)];
        long position;
        await using (var engine = await OpenAsync())
        {
            await engine.WriteAsync(ShardFolder.Batch(("a", 1), ("b", 2)), Acknowledgement.Applied, Token);
            position = (await engine.UpdateAsync(updates, "w", 3, Acknowledgement.Applied, Token)).Written!.Value.Position;
            await engine.WriteAsync(ShardFolder.Deletion("a"), Acknowledgement.Applied, Token);
            await engine.WriteAsync(ShardFolder.Batch(("gone", 1), ("b", 5)), Acknowledgement.Applied, Token);
            Assert.Equal(position, (await engine.UpdateAsync(updates, "w", 3, Acknowledgement.Applied, Token)).Written!.Value.Position);
            Assert.Single(Get(engine, "b")!.Attributes);
        }

        await using var reopened = await OpenAsync();
        Assert.Equal(position, (await reopened.UpdateAsync(updates, "w", 3, Acknowledgement.Applied, Token)).Written!.Value.Position);
        await Assert.ThrowsAsync<StaleWriteException>(() => reopened.UpdateAsync([Set("b", "y", 1)], "w", 3, Acknowledgement.Applied, Token));
        await Assert.ThrowsAsync<StaleWriteException>(() => reopened.UpdateAsync(updates, "w", 2, Acknowledgement.Applied, Token));
        Assert.Single(Get(reopened, "b")!.Attributes);
    }

    [Fact]
    public async Task UpdateAsync_FromManyAtOnce_LosesNoChange()
    {
        const int Callers = 16, Changes = 12;
        await using var engine = await OpenAsync();
        await engine.WriteAsync(ShardFolder.Batch(("a", 1), ("b", 2)), Acknowledgement.Applied, Token);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < Changes; i++)
            {
                var level = i % 2 == 0 ? Acknowledgement.Durable : Acknowledgement.Applied;
                await engine.UpdateAsync([Set("a", $"{caller}-{i}", i), Set("b", $"{caller}-{i}", i)], "", 0, level, Token);
                await engine.WriteAsync(ShardFolder.Batch(($"other-{caller}-{i}", 3)), level, Token);
            }
        })));
        await engine.WaitAppliedAsync(1 + (2 * Callers * Changes), Token);
        Assert.Equal(1 + (Callers * Changes), Get(engine, "a")!.Attributes.Count);
        Assert.Equal(1 + (Callers * Changes), Get(engine, "b")!.Attributes.Count);
    }

    [Fact]
    public async Task UpdateAsync_BesideReplacements_IsOfTheOneBefore()
    {
        // A writer replaces the item with rising numbers while others copy what they are told: an update that came after replacement n, and before n + 1, must not bring n − 1 back.
        await using var engine = await OpenAsync(new ShardOptions { SealAfterBytes = 4096 });
        await engine.WriteAsync(ShardFolder.Batch(("a", 0)), Acknowledgement.Applied, Token);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var updaters = Enumerable.Range(0, 4).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await engine.UpdateAsync([Set("a", $"by-{caller}", i)], "", 0, Acknowledgement.Durable, Token);
            }
        })).ToArray();
        for (var n = 1; n <= 150; n++)
        {
            await engine.WriteAsync(ShardFolder.Batch(("a", n)), Acknowledgement.Applied, Token);
            var item = Get(engine, "a")!;
            Assert.Equal(((float)n, (AttributeValue)n), (item.Vectors["default"][0], item.Attributes["value"]));
        }
        await stop.CancelAsync();
        await Task.WhenAll(updaters);
        await engine.UpdateAsync([Set("a", "last", 1)], "", 0, Acknowledgement.Applied, Token);
        Assert.Equal((AttributeValue)150, Get(engine, "a")!.Attributes["value"]);
    }

    private static AttributeUpdate Set(string id, string name, double value) => new(id, Attributes.Of((name, value)), [], Clear: false);

    private static Item? Get(ShardEngine engine, string id)
    {
        using var lease = engine.AcquireView();
        return lease.View.Get(id, withVectors: true);
    }

    private Task<ShardEngine> OpenAsync(ShardOptions? options = null) => ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(options), Token);
}
