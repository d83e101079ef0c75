using Manifold.Index;
using Manifold.Storage;
using Manifold.Storage.Tests;

namespace Manifold.Shards.Tests;

/// <summary>Sealed segments get their indexes beside everything else, and lose nothing by it.</summary>
public sealed class IndexingTests : IAsyncLifetime
{
    private static readonly ShardOptions Small = new() { SealAfterBytes = 4096, SealRetryAfter = TimeSpan.FromMilliseconds(5) };

    private readonly ShardFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Fact]
    public async Task SealedSegments_AreIndexedWhileItemsAreReplacedAndDeleted()
    {
        var random = new Random(1);
        var expected = new Dictionary<string, float>();
        await using (var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small), Token))
        {
            for (var i = 0; i < 1500; i++)
            {
                var id = $"{random.Next(300)}";
                if (i % 7 == 0)
                {
                    expected.Remove(id);
                    await engine.WriteAsync(ShardFolder.Deletion(id), Acknowledgement.Applied, Token);
                    continue;
                }
                await engine.WriteAsync(ShardFolder.Batch((id, expected[id] = i)), Acknowledgement.Applied, Token);
                if (i % 100 == 0)
                {
                    Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(engine)));
                }
            }
            await IndexedAsync();
            Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(engine)));
            Assert.Equal(expected.Values.Count(value => value >= 700), Count(engine, 700));
        }
        await using var reopened = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small), Token);
        Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(reopened)));
        Assert.Equal(expected.Values.Count(value => value >= 700), Count(reopened, 700));
    }

    [Fact]
    public async Task AnIndexThatCannotBeStored_IsTriedAgainAndNothingWaitsForIt()
    {
        var services = _folder.Services(Small, inner => new NoIndexAtFirst(inner, failures: 4));
        await using var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, services, Token);
        var expected = new Dictionary<string, float>();
        for (var i = 0; i < 300; i++)
        {
            await engine.WriteAsync(ShardFolder.Batch(($"{i}", expected[$"{i}"] = i)), Acknowledgement.Applied, Token);
        }
        Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(engine)));
        await IndexedAsync();
        Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(engine)));
    }

    [Fact]
    public async Task SegmentsOfAnEngineThatClosedBefore_AreIndexedByTheNext()
    {
        var expected = new Dictionary<string, float>();
        await using (var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small, inner => new NoIndexAtFirst(inner, int.MaxValue)), Token))
        {
            for (var i = 0; i < 300; i++)
            {
                await engine.WriteAsync(ShardFolder.Batch(($"{i}", expected[$"{i}"] = i)), Acknowledgement.Applied, Token);
            }
        }
        await using var next = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small), Token);
        await IndexedAsync();
        Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(next)));
    }

    [Theory]
    [InlineData("header")]
    [InlineData("section")]
    [InlineData("missing")]
    public async Task ADamagedIndex_IsMadeAgainAndNothingIsLost(string damage)
    {
        var expected = new Dictionary<string, float>();
        await using (var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small), Token))
        {
            for (var i = 0; i < 300; i++)
            {
                await engine.WriteAsync(ShardFolder.Batch(($"{i}", expected[$"{i}"] = i)), Acknowledgement.Applied, Token);
            }
            await IndexedAsync();
        }
        var damaged = _folder.FileOf((await _folder.ReadManifestAsync()).Segments[0].Index!);
        if (damage == "missing")
        {
            File.Delete(damaged);
        }
        else
        {
            var bytes = await File.ReadAllBytesAsync(damaged, Token);
            bytes[damage == "header" ? 3 : 100] ^= 0x10;
            await File.WriteAllBytesAsync(damaged, bytes, Token);
        }
        await using var reopened = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small), Token);
        await Eventually.HoldsAsync(async () => reopened.Failure is not null
            || (await NamesOfIndexesAsync()).All(name => name is not null && !damaged.EndsWith(Path.GetFileName(name), StringComparison.Ordinal)));
        Assert.Null(reopened.Failure);
        Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(reopened)));
    }

    private async Task<IReadOnlyList<string?>> NamesOfIndexesAsync() => [.. (await _folder.ReadManifestAsync()).Segments.Select(entry => entry.Index?.Name)];

    private Task IndexedAsync() =>
        Eventually.HoldsAsync(async () => (await _folder.ReadManifestAsync()).Segments is { Count: > 0 } segments && segments.All(entry => entry.Index is not null));

    private static long Count(ShardEngine engine, double least)
    {
        using var lease = engine.AcquireView();
        return lease.View.Count(new Filter.FieldRange("value", GreaterOrEqual: least), Token);
    }

    /// <summary>A store that refuses the first indexes.</summary>
    private sealed class NoIndexAtFirst(ISegmentStore inner, int failures) : ForwardingSegmentStore(inner)
    {
        private int _left = failures;

        public override Task<StoredObject> PutAsync(string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken) =>
            name.EndsWith(".idx", StringComparison.Ordinal) && Interlocked.Decrement(ref _left) >= 0
                ? throw new IOException("no space left")
                : base.PutAsync(name, write, cancellationToken);
    }
}
