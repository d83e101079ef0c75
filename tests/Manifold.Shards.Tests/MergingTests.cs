using Manifold.Storage;
using Manifold.Storage.Tests;

namespace Manifold.Shards.Tests;

/// <summary>Merging beside everything else: the model test tries histories, these what it cannot aim at.</summary>
public sealed class MergingTests : IAsyncLifetime
{
    private static readonly ShardOptions Small = new()
    {
        SealAfterBytes = 4096,
        SealRetryAfter = TimeSpan.FromMilliseconds(5),
        GarbageGrace = TimeSpan.Zero,
        MaintenanceInterval = TimeSpan.FromMilliseconds(5),
    };

    private readonly ShardFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Fact]
    public async Task ItemsDeletedWhileTheirSegmentsAreMerged_StayDeleted_AlsoAfterReopening()
    {
        GatedStore? store = null;
        var expected = new Dictionary<string, float>();
        await using (var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small, inner => store = new GatedStore(inner)), Token))
        {
            // The gate closes before the first merged segment is stored.
            await WriteAsync(engine, expected, count: 400);
            await store!.MergeArrived.Task.WaitAsync(Token);
            foreach (var id in expected.Keys.Where((_, i) => i % 3 == 0).ToArray())
            {
                await engine.WriteAsync(ShardFolder.Deletion(id), Acknowledgement.Applied, Token);
                expected.Remove(id);
            }

            // A seal in between stores the deletions with segments that the merge takes away.
            var segments = engine.GetState().Segments;
            for (var i = 0; engine.GetState().Segments <= segments; i++)
            {
                await engine.WriteAsync(ShardFolder.Batch(($"more {i}", expected[$"more {i}"] = i)), Acknowledgement.Applied, Token);
            }
            store.Open.SetResult();
            await Eventually.HoldsAsync(async () => (await _folder.ReadManifestAsync()).Segments.Count < segments);
            Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(engine)));
        }
        await using var reopened = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small), Token);
        Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(reopened)));
    }

    [Fact]
    public async Task SpaceOfDeletedItems_IsGivenBack_WithoutAWriteMore()
    {
        await using var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small), Token);
        var expected = new Dictionary<string, float>();
        await WriteAsync(engine, expected, count: 600);
        await Eventually.HoldsAsync(async () => (await _folder.ReadManifestAsync()).Segments.All(entry => entry.Index is not null));
        var before = Bytes();
        foreach (var id in expected.Keys.Skip(60).ToArray())
        {
            await engine.WriteAsync(ShardFolder.Deletion(id), Acknowledgement.Applied, Token);
            expected.Remove(id);
        }
        await Eventually.HoldsAsync(() => Bytes() < before / 3);
        Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(engine)));
    }

    [Fact]
    public async Task DeletionsAlone_AreSealedToo_SoThatTheLogCanBeTruncated()
    {
        await using var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small), Token);
        var expected = new Dictionary<string, float>();
        await WriteAsync(engine, expected, count: 400);
        var position = engine.AppliedPosition;
        for (var i = 0; (await _folder.ReadManifestAsync()).Position <= position; i++)
        {
            await engine.WriteAsync(ShardFolder.Deletion($"{i % 500}"), Acknowledgement.Applied, Token);
            expected.Remove($"{i % 500}");
        }
        Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(engine)));
    }

    [Fact]
    public async Task AFullDisk_DelaysTheMergeAndLeavesNothingBehind()
    {
        GatedStore? store = null;
        var expected = new Dictionary<string, float>();
        await using var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small, inner => store = new GatedStore(inner) { FailedIndexes = 5 }), Token);
        store!.Open.SetResult();
        await WriteAsync(engine, expected, count: 400);
        await Eventually.HoldsAsync(async () => store.FailedIndexes <= 0 && (await _folder.ReadManifestAsync()) is { } manifest && manifest.Segments.Any(IsMerged) && manifest.Segments.All(entry => entry.Index is not null));
        Assert.Null(engine.Failure);
        Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(engine)));
        await Eventually.HoldsAsync(async () => (await _folder.ReadManifestAsync()).Segments.Sum(entry => 2 + (entry.Deletions is null ? 0 : 1)) == Files().Length);
    }

    [Fact]
    public async Task NoMemoryForAMerge_LeavesTheSegmentsIndexedAndSearchable_UntilThereIsSome()
    {
        GatedStore? store = null;
        var expected = new Dictionary<string, float>();
        await using var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small, inner => store = new GatedStore(inner) { MergeFailure = new InsufficientMemoryException("no memory") }), Token);
        store!.Open.SetResult();
        for (var i = 0; !store.MergeArrived.Task.IsCompleted; i++)
        {
            await WriteOneAsync(engine, expected, i);
        }
        await Eventually.HoldsAsync(async () => (await _folder.ReadManifestAsync()) is { Segments.Count: >= 4 } manifest && manifest.Segments.All(entry => entry.Index is not null));
        Assert.Null(engine.Failure);
        Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(engine)));
        Assert.All((await _folder.ReadManifestAsync()).Segments, entry => Assert.False(IsMerged(entry), $"{entry.Segment.Name} was merged"));

        store.MergeFailure = null;
        await Eventually.HoldsAsync(async () => (await _folder.ReadManifestAsync()) is { } manifest && manifest.Segments.Any(IsMerged));
        Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(engine)));
    }

    [Fact]
    public async Task DamageInAMergedSegmentsSource_StopsTheShard_AndIsNotWrittenIntoAnother()
    {
        await using (var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small with { MergeFactor = 100 }), Token))
        {
            await WriteAsync(engine, [], count: 400);
        }
        var segment = Files().Where(file => file.EndsWith(".seg", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Last();
        var bytes = await File.ReadAllBytesAsync(segment, Token);
        bytes[bytes.Length / 2] ^= 4;
        await File.WriteAllBytesAsync(segment, bytes, Token);
        var named = (await _folder.ReadManifestAsync()).Segments.Select(entry => entry.Segment.Name).ToArray();
        await using var reopened = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small with { MergeFactor = named.Length }), Token);
        await Eventually.HoldsAsync(() => reopened.Failure is not null);
        Assert.Contains(Path.GetFileName(segment), Assert.IsType<ShardCorruptException>(reopened.Failure).Message, StringComparison.Ordinal);

        // What was in the log may have been sealed meanwhile; nothing was merged.
        var now = (await _folder.ReadManifestAsync()).Segments;
        Assert.Equal(named, now.Select(entry => entry.Segment.Name).Take(named.Length));
        Assert.DoesNotContain(now, IsMerged);
    }

    private static async Task WriteAsync(ShardEngine engine, Dictionary<string, float> expected, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await WriteOneAsync(engine, expected, i);
        }
    }

    /// <summary>Not faster than seals: a segment that grew beyond its size would pass for a merged one.</summary>
    private static async Task WriteOneAsync(ShardEngine engine, Dictionary<string, float> expected, int i)
    {
        await engine.WriteAsync(ShardFolder.Batch(($"{i}", expected[$"{i}"] = i)), Acknowledgement.Applied, Token);
        await Eventually.HoldsAsync(() => engine.GetState().GrowingItems < 80);
    }

    private static bool IsMerged(SegmentEntry entry) => entry.Segment.Length > 3 * Small.SealAfterBytes;

    private string[] Files() => Directory.GetFiles(Path.Combine(_folder.Segments, ShardFolder.Definition.Shard));

    private long Bytes() => new DirectoryInfo(_folder.Segments).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Exists ? file.Length : 0);

    /// <summary>A store whose merged segments wait at a gate, and whose first indexes find no space. A merged segment is the larger one.</summary>
    private sealed class GatedStore(ISegmentStore inner) : ForwardingSegmentStore(inner)
    {
        private int _failedIndexes;

        public TaskCompletionSource MergeArrived { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>What the writing of a merged segment fails with.</summary>
        public volatile Exception? MergeFailure;

        public int FailedIndexes
        {
            get => Volatile.Read(ref _failedIndexes);
            init => _failedIndexes = value;
        }

        public override async Task<StoredObject> PutAsync(string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
        {
            if (name.EndsWith(".idx", StringComparison.Ordinal) && Interlocked.Decrement(ref _failedIndexes) >= 0)
            {
                throw new IOException("no space left");
            }
            using var content = new MemoryStream();
            await write(content, cancellationToken);
            if (name.EndsWith(".seg", StringComparison.Ordinal) && content.Length > 3 * Small.SealAfterBytes)
            {
                MergeArrived.TrySetResult();
                await Open.Task.WaitAsync(cancellationToken);
                if (MergeFailure is { } failure)
                {
                    throw failure;
                }
            }
            return await base.PutAsync(name, (stream, token) => stream.WriteAsync(content.ToArray(), token).AsTask(), cancellationToken);
        }
    }
}
