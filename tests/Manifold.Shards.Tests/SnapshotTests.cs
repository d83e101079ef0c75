using Manifold.Storage;
using Manifold.Storage.Tests;

namespace Manifold.Shards.Tests;

/// <summary>A shard is copied while it is written to, and one is opened from the copy.</summary>
public sealed class SnapshotTests : IAsyncLifetime
{
    private static readonly ShardOptions Small = new()
    {
        SealAfterBytes = 4096,
        SealRetryAfter = TimeSpan.FromMilliseconds(20),
        MaintenanceInterval = TimeSpan.FromMilliseconds(20),
        GarbageGrace = TimeSpan.Zero,
    };

    private readonly ShardFolder _folder = new();
    private readonly SegmentStores _stores = new(() => throw new InvalidOperationException("no cache is needed for a folder"), []);
    private string _target = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ShardDefinition Restored => new("things.9f9f9f/0", ShardFolder.Definition.Spaces) { ShardCount = 1, Snapshot = new SnapshotPlace(_target, "things/first/") };

    public ValueTask InitializeAsync()
    {
        _target = Path.Combine(_folder.Path, "backup");
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _stores.Dispose();
        return _folder.DisposeAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(70)]
    [InlineData(400)]
    public async Task ASnapshot_HasExactlyWhatTheShardWas(int writes)
    {
        await using var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small), Token);
        var expected = new Dictionary<string, float>();
        for (var i = 0; i < writes; i++)
        {
            await WriteAsync(engine, i, expected);
        }
        var (manifest, items) = await SnapshotAsync(engine);
        Assert.Equal((engine.AppliedPosition, expected.Count), (manifest.Position, items));
        await engine.WriteAsync(ShardFolder.Batch(("later", 1)), Acknowledgement.Applied, Token);
        Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(await RestoreAsync(manifest, items)));
    }

    [Fact]
    public async Task SnapshotsUnderWritesMergesAndDeletions_AreEachOfOnePosition()
    {
        await using var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small), Token);
        var history = new List<Dictionary<string, float>> { new() };
        using var over = new CancellationTokenSource();
        var writing = Task.Run(
            async () =>
            {
                for (var i = 0; !over.IsCancellationRequested; i++)
                {
                    var state = new Dictionary<string, float>(history[^1]);
                    await WriteAsync(engine, i, state);
                    lock (history)
                    {
                        history.Add(state);
                    }
                }
            },
            Token);
        for (var i = 0; i < 8; i++)
        {
            await Eventually.HoldsAsync(() => engine.AppliedPosition > (i + 1) * 120);
            var name = $"things/s{i}/";
            var (manifest, items) = await SnapshotAsync(engine, name);
            await WriteDocumentAsync(manifest, items, name);
            await Eventually.HoldsAsync(() => CountOf(history) > manifest.Position);
            await using var restored = await ShardEngine.OpenAsync(
                Restored with { Shard = $"things.r{i}/0", Snapshot = new SnapshotPlace(_target, name) }, _folder.Services(Small) with { Snapshots = _stores }, Token);
            Dictionary<string, float> expected;
            lock (history)
            {
                expected = history[(int)manifest.Position];
            }
            Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(restored)));
            Assert.Equal(expected.Count, items);
        }
        await over.CancelAsync();
        await writing;
    }

    [Fact]
    public async Task ARestoredShard_KnowsItsWriters_GoesOn_AndIsRestoredOnce()
    {
        await using var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small), Token);
        await engine.WriteAsync(ShardFolder.Batch("w", 5, ("a", 1)), Acknowledgement.Applied, Token);
        var (manifest, items) = await SnapshotAsync(engine);
        await WriteDocumentAsync(manifest, items);
        var services = _folder.Services(Small) with { Snapshots = _stores };
        await Assert.ThrowsAsync<ShardUnavailableException>(() => ShardEngine.FollowAsync(Restored, services, null, Token));
        await using (var restored = await ShardEngine.OpenAsync(Restored, services, Token))
        {
            await Assert.ThrowsAsync<StaleWriteException>(() => restored.WriteAsync(ShardFolder.Batch("w", 4, ("a", 9)), Acknowledgement.Applied, Token));
            await restored.WriteAsync(ShardFolder.Batch("w", 5, ("a", 1)), Acknowledgement.Applied, Token);
            await restored.WriteAsync(ShardFolder.Batch("w", 6, ("a", 2), ("b", 3)), Acknowledgement.Applied, Token);
        }

        // The snapshot is not needed any more.
        Directory.Delete(_target, recursive: true);
        await using var again = await ShardEngine.OpenAsync(Restored, services, Token);
        Assert.Equal(new Dictionary<string, float> { ["a"] = 2, ["b"] = 3 }, ShardFolder.Read(again));
    }

    [Fact]
    public async Task ADamagedOrMissingObject_KeepsTheShardFromBeingRestored_AndSaysWhich()
    {
        await using var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small), Token);
        var expected = new Dictionary<string, float>();
        for (var i = 0; i < 100; i++)
        {
            await WriteAsync(engine, i, expected);
        }
        var (manifest, items) = await SnapshotAsync(engine);
        await WriteDocumentAsync(manifest, items);
        var victim = manifest.Segments[0].Segment;
        var path = Path.Combine(_target, victim.Name);
        var bytes = await File.ReadAllBytesAsync(path, Token);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, Token);
        var services = _folder.Services(Small) with { Snapshots = _stores };
        var damaged = await Assert.ThrowsAsync<ShardCorruptException>(() => ShardEngine.OpenAsync(Restored, services, Token));
        Assert.Contains(victim.Name, damaged.Message, StringComparison.Ordinal);
        File.Delete(path);
        var missing = await Assert.ThrowsAsync<ShardCorruptException>(() => ShardEngine.OpenAsync(Restored, services, Token));
        Assert.Contains(victim.Name, missing.Message, StringComparison.Ordinal);

        // Mended, it goes on where it was.
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, Token);
        await using var restored = await ShardEngine.OpenAsync(Restored, services, Token);
        Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(restored)));
    }

    [Fact]
    public async Task ACopyThatIsBegunAgain_AtTheSamePosition_FindsSegmentsInAnotherOrder_AndSucceeds()
    {
        var still = Small with { MergeFactor = 100, MergeDeletedShare = 1 };
        var expected = new Dictionary<string, float>();
        await using (var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(still), Token))
        {
            for (var segment = 0; segment < 2; segment++)
            {
                for (var i = 0; i < 20; i++)
                {
                    await engine.WriteAsync(ShardFolder.Batch(($"{segment}-{i}", i)), Acknowledgement.Applied, Token);
                    expected[$"{segment}-{i}"] = i;
                }
                await SnapshotAsync(engine, $"things/seal{segment}/");
            }
            foreach (var id in Enumerable.Range(0, 15).Select(i => $"0-{i}").Append("1-7"))
            {
                await engine.WriteAsync(ShardFolder.Deletion(id), Acknowledgement.Applied, Token);
                expected.Remove(id);
            }
            var first = await SnapshotAsync(engine);
            Assert.Equal(2, first.Manifest.Segments.Count(entry => entry.Deletions is not null));
        }

        // The first segment is written anew, and comes last: the second one's deletions are now the first.
        await using var next = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(still with { MergeDeletedShare = 0.5 }), Token);
        var before = next.AppliedPosition;
        var again = (Manifest: new ShardManifest(), Items: 0L);
        await Eventually.HoldsAsync(async () => (again = await SnapshotAsync(next)).Manifest.Segments.Count(entry => entry.Deletions is not null) == 1);
        Assert.Equal(before, again.Manifest.Position);
        Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(await RestoreAsync(again.Manifest, again.Items)));
    }

    [Fact]
    public async Task Stores_AreWhereTheyMayBe()
    {
        using var anywhere = new SegmentStores(() => throw new InvalidOperationException(), []);
        foreach (var bad in new[] { "", "relative/path", "ftp://host/path", "s3://x", "file:relative" })
        {
            await Assert.ThrowsAsync<FormatException>(() => anywhere.OpenAsync(bad, Token));
        }
        Assert.Equal(SegmentStores.Canonical(_target), SegmentStores.Canonical(new Uri(_target).AbsoluteUri + "/"));
        Assert.Equal(SegmentStores.Canonical(_target), SegmentStores.Canonical(Path.Combine(_target, "..", Path.GetFileName(_target))));
        Assert.Equal(SegmentStores.Canonical("s3://bucket/a"), SegmentStores.Canonical("s3://bucket/a/"));
        using var below = new SegmentStores(() => throw new InvalidOperationException(), [_target]);
        Assert.Same(await below.OpenAsync(Path.Combine(_target, "a"), Token), await below.OpenAsync(new Uri(Path.Combine(_target, "a")).AbsoluteUri, Token));
        var refused = await Assert.ThrowsAsync<FormatException>(() => below.OpenAsync(_target + "-beside", Token));
        Assert.Contains("Manifold:SnapshotRoots", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<FormatException>(() => below.OpenAsync(Path.Combine(_target, "..", "elsewhere"), Token));
        await below.OpenAsync(_target + "/", Token);
        using var bucket = new SegmentStores(() => throw new InvalidOperationException(), ["s3://bucket/a"]);
        foreach (var beside in new[] { "s3://bucket/ab", "s3://bucket", "s3://bucket/a/b?endpoint=http://127.0.0.1:1", "s3://bucket/a?region=eu-central-1", _target })
        {
            Assert.Contains("SnapshotRoots", (await Assert.ThrowsAsync<FormatException>(() => bucket.OpenAsync(beside, Token))).Message, StringComparison.Ordinal);
        }
    }

    private static int CountOf(List<Dictionary<string, float>> history)
    {
        lock (history)
        {
            return history.Count;
        }
    }

    private async Task<(ShardManifest Manifest, long Items)> SnapshotAsync(ShardEngine engine, string collection = "things/first/") =>
        await engine.SnapshotAsync(await _stores.OpenAsync(_target, Token), $"{collection}0000/", Token);

    private async Task WriteDocumentAsync(ShardManifest manifest, long items, string prefix = "things/first/") => await new CollectionSnapshot
    {
        Collection = "things",
        Name = prefix.Split('/')[1],
        Shards = [new ShardSnapshot(0, items, manifest)],
        Settings = System.Text.Json.JsonSerializer.SerializeToElement(new { }),
    }.WriteAsync(await _stores.OpenAsync(_target, Token), prefix, Token);

    private async Task<Dictionary<string, float>> RestoreAsync(ShardManifest manifest, long items)
    {
        await WriteDocumentAsync(manifest, items);
        await using var restored = await ShardEngine.OpenAsync(Restored, _folder.Services(Small) with { Snapshots = _stores }, Token);
        return ShardFolder.Read(restored);
    }

    /// <summary>One record: items are replaced and deleted again and again.</summary>
    private static async Task WriteAsync(ShardEngine engine, int i, Dictionary<string, float> state)
    {
        var id = $"i{i * 7 % 61}";
        if (i % 5 == 4)
        {
            await engine.WriteAsync(ShardFolder.Deletion(id), Acknowledgement.Applied, Token);
            state.Remove(id);
            return;
        }
        await engine.WriteAsync(ShardFolder.Batch((id, i), ($"j{i}", i)), Acknowledgement.Applied, Token);
        (state[id], state[$"j{i}"]) = (i, i);
    }
}
