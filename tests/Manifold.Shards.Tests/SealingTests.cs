using Manifold.Storage;
using Manifold.Storage.Tests;

namespace Manifold.Shards.Tests;

public sealed class SealingTests : IAsyncLifetime
{
    private static readonly ShardOptions Small = new() { SealAfterBytes = 4096, SealRetryAfter = TimeSpan.FromMilliseconds(20) };

    private readonly ShardFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Fact]
    public async Task AFullSegment_IsSealedAndReadBackAfterReopening()
    {
        var expected = new Dictionary<string, float>();
        await using (var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small), Token))
        {
            await FillAsync(engine, expected, rounds: 30);
            Assert.True(engine.GetState().Segments > 0);
            Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(engine)));
        }
        await using var reopened = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small), Token);
        Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(reopened)));
        await FillAsync(reopened, expected, rounds: 5);
        Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(reopened)));
    }

    [Fact]
    public async Task ASegmentThatIsFullAfterReadingTheLog_IsSealedWithoutAnotherWrite()
    {
        var expected = new Dictionary<string, float>();
        await using (var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(), Token))
        {
            await FillAsync(engine, expected, rounds: 5);
            Assert.Equal(0, engine.GetState().Segments);
        }
        await using var reopened = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small), Token);
        await Eventually.HoldsAsync(() => reopened.GetState().Segments > 0);
        Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(reopened)));
    }

    [Fact]
    public async Task WriterSequences_SurviveTheSealOfTheirRecords()
    {
        await using (var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small), Token))
        {
            await engine.WriteAsync(ShardFolder.Batch("w", 5, ("mine", 5)), Acknowledgement.Applied, Token);
            await FillAsync(engine, [], rounds: 20);
        }
        await using var reopened = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small), Token);
        await Assert.ThrowsAsync<StaleWriteException>(() => reopened.WriteAsync(ShardFolder.Batch("w", 4, ("mine", 4)), Acknowledgement.Applied, Token));
    }

    [Fact]
    public async Task AFullDisk_DelaysTheSealAndLosesNothing()
    {
        FailingSegmentStore? store = null;
        var expected = new Dictionary<string, float>();
        var services = _folder.Services(Small, inner => store = new FailingSegmentStore(inner) { Full = true });
        await using (var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, services, Token))
        {
            for (var i = 0; Volatile.Read(ref store!.Failed) == 0; i++)
            {
                await engine.WriteAsync(ShardFolder.Batch(($"{i}", expected[$"{i}"] = i)), Acknowledgement.Applied, Token);
            }
            Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(engine)));
            store.Full = false;
            await FillAsync(engine, expected, rounds: 10);
            Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(engine)));
        }
        await using var reopened = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small), Token);
        Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(reopened)));
    }

    [Fact]
    public async Task AStoreThatFailsNowAndThen_DelaysSealsAndMerges_AndNoSealIsLost()
    {
        FailingSegmentStore? store = null;
        var expected = new Dictionary<string, float>();

        // A seal that has stored the deletions of a segment, and fails, finds that segment merged away when it is tried again.
        var often = Small with { MergeFactor = 3, MergeDeletedShare = 0.1, MaintenanceInterval = TimeSpan.FromMilliseconds(5) };
        var services = _folder.Services(often, inner => store = new FailingSegmentStore(inner) { FailsEvery = 4 });
        await using (var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, services, Token))
        {
            await FillAsync(engine, expected, rounds: 60);
            Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(engine)));
            var filled = engine.AppliedPosition;
            await Eventually.HoldsAsync(async () =>
            {
                await engine.WriteAsync(ShardFolder.Batch(("last", expected["last"] = engine.AppliedPosition)), Acknowledgement.Applied, Token);
                return (await _folder.ReadManifestAsync()).Position >= filled;
            });
        }
        Assert.True(store!.Failed > 10);
        await using var reopened = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small), Token);
        Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(reopened)));
    }

    [Fact]
    public async Task ATruncationThatFailed_IsTakenUpAgain_AndLaterSealsGoOn()
    {
        FailingLogProvider? logs = null;
        var expected = new Dictionary<string, float>();
        var services = _folder.Services(Small, logs: inner => logs = new FailingLogProvider(inner) { TruncationFails = true });
        await using (var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, services, Token))
        {
            for (var i = 0; Volatile.Read(ref logs!.TruncationsFailed) < 2; i++)
            {
                await engine.WriteAsync(ShardFolder.Batch(($"{i}", expected[$"{i}"] = i)), Acknowledgement.Applied, Token);
            }
            Assert.Equal(1, engine.GetState().Segments);
            logs.TruncationFails = false;
            for (var i = 0; engine.GetState().Segments < 3; i++)
            {
                await engine.WriteAsync(ShardFolder.Batch(($"more {i}", expected[$"more {i}"] = i)), Acknowledgement.Applied, Token);
            }
            Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(engine)));
        }
        await using var reopened = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small), Token);
        Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(reopened)));
    }

    [Fact]
    public async Task ADamagedSegment_IsRefusedWithItsName()
    {
        await using (var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small), Token))
        {
            await FillAsync(engine, [], rounds: 10);
            await Eventually.HoldsAsync(() => engine.GetState().Segments > 0);
        }
        var segment = _folder.FileOf((await _folder.ReadManifestAsync()).Segments[0].Segment);
        var bytes = await File.ReadAllBytesAsync(segment, Token);
        bytes[bytes.AsSpan().IndexOf("id-"u8)] ^= 0x10;
        await File.WriteAllBytesAsync(segment, bytes, Token);

        await using var host = new ShardHost(_folder.Services(Small));
        var failure = await Assert.ThrowsAsync<ShardCorruptException>(() => Eventually.HoldsAsync(async () =>
        {
            // Where the damaged byte lies decides whether opening finds it, or the reading that follows in the background.
            var engine = await host.GetForReadAsync(ShardFolder.Definition, Token);
            engine.AcquireView().Dispose();
            return false;
        }));
        Assert.Contains(Path.GetFileName(segment), failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ShardCorruptException>(() => host.GetForWriteAsync(ShardFolder.Definition, Token));
    }

    [Fact]
    public async Task AMissingSegment_IsRefused()
    {
        await using (var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small), Token))
        {
            await FillAsync(engine, [], rounds: 10);
            await Eventually.HoldsAsync(() => engine.GetState().Segments > 0);
        }
        File.Delete(_folder.FileOf((await _folder.ReadManifestAsync()).Segments[0].Segment));
        await Assert.ThrowsAsync<ShardCorruptException>(() => ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small), Token));
    }

    [Fact]
    public async Task ALogThatLostItsEnd_IsRefused()
    {
        await using (var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small), Token))
        {
            await FillAsync(engine, [], rounds: 10);
        }
        foreach (var log in Directory.GetFiles(_folder.Path, "*.mlog", SearchOption.AllDirectories))
        {
            File.Delete(log);
        }
        await Assert.ThrowsAsync<ShardCorruptException>(() => ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small), Token));
    }

    [Fact]
    public async Task Garbage_OfOlderEpochsPastTheGrace_IsCollected_AndNothingElse()
    {
        await using (var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small), Token))
        {
            await FillAsync(engine, [], rounds: 5);
        }
        ISegmentStore store = new FolderSegmentStore(_folder.Segments);
        var orphan = $"{ShardFolder.Definition.Shard}/0000000001-999999.seg";
        var newer = $"{ShardFolder.Definition.Shard}/0000000009-000001.seg";
        foreach (var name in new[] { orphan, newer })
        {
            await store.PutAsync(name, (stream, ct) => stream.WriteAsync(new byte[10], ct).AsTask(), Token);
        }
        var eager = Small with { GarbageGrace = TimeSpan.Zero };
        var expected = new Dictionary<string, float>();
        await using (var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(eager), Token))
        {
            await FillAsync(engine, expected, rounds: 5);
            await Eventually.HoldsAsync(() => !File.Exists(Path.Combine(_folder.Segments, orphan)));
        }
        Assert.True(File.Exists(Path.Combine(_folder.Segments, newer)));
        await using var reopened = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small), Token);
        Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(reopened)));
    }

    /// <summary>Writes until the shard has sealed <paramref name="rounds"/> times more, replacing and deleting across segments.</summary>
    private static async Task FillAsync(ShardEngine engine, Dictionary<string, float> expected, int rounds)
    {
        var random = new Random(1);
        var position = engine.AppliedPosition;
        for (var i = 0; i < rounds * 30; i++)
        {
            var id = $"id-{random.Next(400)}";
            if (random.Next(5) == 0)
            {
                await engine.WriteAsync(ShardFolder.Deletion(id), Acknowledgement.Applied, Token);
                expected.Remove(id);
            }
            else
            {
                await engine.WriteAsync(ShardFolder.Batch((id, i)), Acknowledgement.Applied, Token);
                expected[id] = i;
            }
        }
        Assert.Equal(position + (rounds * 30), engine.AppliedPosition);
    }
}
