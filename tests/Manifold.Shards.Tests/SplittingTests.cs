using System.Text;
using Manifold.Storage.Tests;

namespace Manifold.Shards.Tests;

/// <summary>A shard is split off another while that one is written to and read.</summary>
public sealed class SplittingTests : IAsyncLifetime
{
    private static readonly ShardOptions Small = new()
    {
        SealAfterBytes = 4096,
        SealRetryAfter = TimeSpan.FromMilliseconds(20),
        MaintenanceInterval = TimeSpan.FromMilliseconds(20),
        FollowInterval = TimeSpan.FromMilliseconds(5),
        GarbageGrace = TimeSpan.FromMilliseconds(100),
    };

    private static readonly ShardDefinition Parent = ShardFolder.Definition with { ShardCount = 1 };
    private static readonly ShardDefinition Child = Off(Parent);

    private readonly ShardFolder _folder = new();
    private readonly Dictionary<string, float> _expected = [];
    private ShardServices _services = null!;
    private long _sequence;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _services = _folder.Services(Small, logFileBytes: 16 << 10);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Fact]
    public async Task AShardUnderWrites_IsSplit_AndBothHaveTheirOwn()
    {
        await using var parent = await OpenAsync(Parent);
        await WriteAsync(parent, 0, 400);
        var writing = Task.Run(() => WriteUntilMovedAsync(parent, 400), Token);
        await using var child = await OpenAsync(Child);
        Assert.Throws<ShardUnavailableException>(() => child.AcquireView(2));
        await Assert.ThrowsAsync<ShardUnavailableException>(() => child.WriteAsync(ShardFolder.Batch(("early", 1)), Acknowledgement.Applied, Token, shardCount: 2));
        await Eventually.HoldsAsync(() => child.GetState() is { Behind: < 50 });
        await parent.SplitAsync(2, Token);
        var (sent, batch, changes) = await writing;
        Assert.True(sent > 400, "it was written to while it was split");
        await Eventually.HoldsAsync(() => child.IsComplete);
        AssertSplit(parent, child);

        // What was refused is written by whoever goes by the new number; what was written is not written again.
        await WriteSplitAsync(batch, parent, child);
        await WriteSplitAsync(batch, parent, child);
        Expect(changes);
        AssertSplit(parent, child);
    }

    [Fact]
    public async Task SearchesThatDoNotKnowOfTheSplit_ReadAllItems_UntilSomebodyKnows()
    {
        await using var parent = await OpenAsync(Parent);
        await WriteAsync(parent, 0, 60);
        await using var child = await OpenAsync(Child);
        using var before = parent.AcquireView(1);
        await parent.SplitAsync(2, Token);
        await Eventually.HoldsAsync(() => child.IsComplete);
        using (var unaware = parent.AcquireView(1))
        {
            Assert.Equal(_expected.Count, unaware.View.LiveRows);
        }
        await Assert.ThrowsAsync<ShardMovedException>(() => parent.WriteAsync(ShardFolder.Batch(("late", 1)), Acknowledgement.Applied, Token, shardCount: 1));
        using (var aware = parent.AcquireView(2))
        {
            Assert.Equal(_expected.Keys.Count(id => OwnerOf(id, 2) == 0), aware.View.LiveRows);
        }
        Assert.Throws<ShardMovedException>(() => parent.AcquireView(1));
        Assert.Equal(_expected.Count, before.View.LiveRows);
        Assert.Throws<ShardMovedException>(() => child.AcquireView(1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task ChildAndParent_OpenedAgainAtAnyStep_HaveTheirOwn(int seed)
    {
        var random = new Random(seed);
        var parent = await OpenAsync(Parent);
        await WriteAsync(parent, 0, 200);
        var child = await OpenAsync(Child);
        for (var i = 0; i < 12; i++)
        {
            await WriteAsync(parent, 200 + (i * 30), 230 + (i * 30));
            if (i == 9)
            {
                await parent.SplitAsync(2, Token);
                break;
            }
            switch (random.Next(3))
            {
                case 0:
                    await child.DisposeAsync();
                    child = await OpenAsync(Child);
                    break;
                case 1:
                    await parent.DisposeAsync();
                    parent = await OpenAsync(Parent);
                    break;
                default:
                    await Task.Yield();
                    break;
            }
        }
        await child.DisposeAsync();
        await parent.DisposeAsync();
        parent = await OpenAsync(Parent);
        await parent.SplitAsync(2, Token);
        child = await OpenAsync(Child);
        await Eventually.HoldsAsync(() => child.IsComplete);
        AssertSplit(parent, child);

        // And once more from what is stored, when nobody says that it was split off.
        await child.DisposeAsync();
        await parent.DisposeAsync();
        await using var lastChild = await OpenAsync(Child with { Parent = null, ShardCount = 2 });
        await using var lastParent = await OpenAsync(Parent with { ShardCount = 2 });
        Assert.True(lastChild.IsComplete);
        AssertSplit(lastParent, lastChild);
        await Eventually.HoldsAsync(async () => await new LogHold(_folder.Documents, Parent.Shard).ReadAsync(Token) is null);
    }

    [Fact]
    public async Task ALogThatWasTruncatedTooEarly_LetsTheChildBeginAgain()
    {
        await using var parent = await OpenAsync(Parent);
        await WriteAsync(parent, 0, 100);
        var child = await OpenAsync(Child);
        await Eventually.HoldsAsync(() => child.GetState() is { Behind: 0 });
        await child.DisposeAsync();
        await new LogHold(_folder.Documents, Parent.Shard).RemoveAsync(Token);
        var before = await _folder.ReadManifestAsync();
        await WriteAsync(parent, 100, 1500);
        await Eventually.HoldsAsync(async () => (await FirstPositionAsync()) > before.Position + 400);
        await using var host = new ShardHost(_services);
        await Eventually.HoldsAsync(async () =>
        {
            try
            {
                return (await host.GetForWriteAsync(Child, Token)).GetState() is { Behind: 0, Failure: null };
            }
            catch (ShardUnavailableException)
            {
                return false;
            }
        });
        await parent.SplitAsync(2, Token);
        await Eventually.HoldsAsync(async () => (await host.GetForWriteAsync(Child, Token)).IsComplete);
        AssertSplit(parent, await host.GetForWriteAsync(Child, Token));
    }

    [Fact]
    public async Task WhileAChildReads_TheLogIsNotTruncated()
    {
        await using var parent = await OpenAsync(Parent);
        await WriteAsync(parent, 0, 20);
        var hold = new LogHold(_folder.Documents, Parent.Shard);
        await hold.SetAsync(5, Token);
        var manifest = await _folder.ReadManifestAsync();
        await WriteAsync(parent, 20, 600);
        await Eventually.HoldsAsync(async () => (await _folder.ReadManifestAsync()).Position > manifest.Position + 200);
        Assert.True(await FirstPositionAsync() <= 6);
    }

    [Fact]
    public async Task ARepetition_OfAWriteFromBeforeTheSplit_IsNotWrittenAgain()
    {
        await using var parent = await OpenAsync(Parent);
        var ids = Enumerable.Range(0, 8).Select(i => $"r{i}").ToArray();
        var batch = ShardFolder.Batch("w", 7, [.. ids.Select(id => (id, 1f))]);
        await parent.WriteAsync(batch, Acknowledgement.Applied, Token, shardCount: 1);
        await parent.WriteAsync(ShardFolder.Batch([.. ids.Select(id => (id, 2f))]), Acknowledgement.Applied, Token, shardCount: 1);
        foreach (var id in ids)
        {
            _expected[id] = 2;
        }
        await using var child = await OpenAsync(Child);
        await parent.SplitAsync(2, Token);
        await Eventually.HoldsAsync(() => child.IsComplete);
        await WriteSplitAsync(batch, parent, child);
        AssertSplit(parent, child);
        await Assert.ThrowsAsync<StaleWriteException>(
            () => child.WriteAsync(WriteBatchBuilder.SelectShard(ShardFolder.Batch("w", 6, [.. ids.Select(id => (id, 3f))]), 1, 2)!, Acknowledgement.Applied, Token, shardCount: 2));
    }

    [Fact]
    public async Task AFollowerOfTheChild_DoesNotServeBeforeThereIsSomething_AndThenFollows()
    {
        await using var parent = await OpenAsync(Parent);
        await WriteAsync(parent, 0, 50);
        await Assert.ThrowsAsync<ShardUnavailableException>(() => ShardEngine.FollowAsync(Child, _services, null, Token));
        await using var child = await OpenAsync(Child);
        await using var follower = await ShardEngine.FollowAsync(Child, _services, null, Token);
        Assert.Throws<ShardUnavailableException>(() => follower.AcquireView(2));
        await parent.SplitAsync(2, Token);
        await Eventually.HoldsAsync(() => follower.IsComplete);
        Assert.Equal(ShardFolder.Sorted(ShardFolder.Read(child)), ShardFolder.Sorted(ShardFolder.Read(follower)));
    }

    [Fact]
    public async Task AFollowerOfTheParent_IsAskedByTheNewNumber_OnceItKnows()
    {
        await using var parent = await OpenAsync(Parent);
        await WriteAsync(parent, 0, 40);
        await using var follower = await ShardEngine.FollowAsync(Parent, _services, null, Token);
        await using var child = await OpenAsync(Child);
        await parent.SplitAsync(2, Token);
        await follower.WaitShardCountAsync(2, Token);
        using (var unaware = follower.AcquireView(1))
        {
            Assert.Equal(_expected.Count, unaware.View.LiveRows);
        }
        using var aware = follower.AcquireView(2);
        Assert.Equal(ShardFolder.Read(parent).Count, aware.View.LiveRows);
    }

    [Fact]
    public async Task ShardsThatWereSplit_AreSplitAgain()
    {
        await using var parent = await OpenAsync(Parent);
        await WriteAsync(parent, 0, 300);
        await using var child = await OpenAsync(Child);
        await parent.SplitAsync(2, Token);
        await Eventually.HoldsAsync(() => child.IsComplete);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => parent.SplitAsync(8, Token));

        await using var ofParent = await OpenAsync(new ShardDefinition(Parent.Shard[..^1] + "2", Parent.Spaces) { Parent = new ShardParent(Parent.Shard, 4) });
        await using var ofChild = await OpenAsync(new ShardDefinition(Parent.Shard[..^1] + "3", Parent.Spaces) { Parent = new ShardParent(Child.Shard, 4) });
        await parent.SplitAsync(4, Token);
        await child.SplitAsync(4, Token);
        await Eventually.HoldsAsync(() => ofParent.IsComplete && ofChild.IsComplete);
        AssertSplit(parent, child, ofParent, ofChild);
    }

    private static ShardDefinition Off(ShardDefinition parent) =>
        new(parent.Shard[..^1] + "1", parent.Spaces) { Parent = new ShardParent(parent.Shard, 2 * parent.ShardCount) };

    private Task<ShardEngine> OpenAsync(ShardDefinition definition) => ShardEngine.OpenAsync(definition, _services, Token);

    private async Task<long> FirstPositionAsync()
    {
        await using var log = await _services.Logs.OpenAsync(Parent.Shard, Token);
        return (await log.GetEndAsync(Token)).FirstPosition;
    }

    private static int OwnerOf(string id, int shardCount) => ShardHash.ShardOf(Encoding.UTF8.GetBytes(id), shardCount);

    /// <summary>Each shard has the items that are its own, all of them and no other.</summary>
    private void AssertSplit(params ShardEngine[] shards)
    {
        for (var i = 0; i < shards.Length; i++)
        {
            var own = _expected.Where(item => OwnerOf(item.Key, shards.Length) == i).ToDictionary();
            Assert.NotEmpty(own);
            Assert.Equal(ShardFolder.Sorted(own), ShardFolder.Sorted(ShardFolder.Read(shards[i])));
        }
    }

    private async Task WriteAsync(ShardEngine engine, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            var batch = Next(i, out var changes);
            await engine.WriteAsync(batch, Acknowledgement.Applied, Token, shardCount: 1);
            Expect(changes);
        }
    }

    /// <returns>How many batches were written, and the one that was refused.</returns>
    private async Task<(int Sent, byte[] Refused, (string Id, float? Value)[] Changes)> WriteUntilMovedAsync(ShardEngine engine, int from)
    {
        for (var i = from; ; i++)
        {
            var batch = Next(i, out var changes);
            try
            {
                await engine.WriteAsync(batch, Acknowledgement.Applied, Token, shardCount: 1);
            }
            catch (ShardMovedException)
            {
                return (i, batch, changes);
            }
            Expect(changes);
        }
    }

    private static async Task WriteSplitAsync(byte[] batch, params ShardEngine[] shards)
    {
        for (var i = 0; i < shards.Length; i++)
        {
            if (WriteBatchBuilder.SelectShard(batch, i, shards.Length) is { } part)
            {
                await shards[i].WriteAsync(part, Acknowledgement.Applied, Token, shards.Length);
            }
        }
    }

    private byte[] Next(int i, out (string Id, float? Value)[] changes)
    {
        // Every third has a writer, every seventh deletes.
        changes = i % 7 == 6 ? [($"i{(i * 5) % 97}", null)] : [($"i{i % 97}", i), ($"j{i}", i)];
        var batch = new WriteBatchBuilder(i % 3 == 0 ? "w" : "", i % 3 == 0 ? ++_sequence : 0);
        foreach (var (id, value) in changes)
        {
            if (value is { } v)
            {
                batch.Upsert(ShardFolder.Item(id, v));
            }
            else
            {
                batch.Delete(id);
            }
        }
        return batch.ToArray();
    }

    private void Expect((string Id, float? Value)[] changes)
    {
        foreach (var (id, value) in changes)
        {
            if (value is { } v)
            {
                _expected[id] = v;
            }
            else
            {
                _expected.Remove(id);
            }
        }
    }
}
