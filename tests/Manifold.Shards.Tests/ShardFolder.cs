using Manifold.Index;
using Manifold.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Manifold.Shards.Tests;

/// <summary>A shard's storage in a temporary folder, and short ways to write and read.</summary>
public sealed class ShardFolder : IAsyncDisposable
{
    public const int Dimension = 4;

    public static readonly ShardDefinition Definition = new("things.0a1b2c3d/0", [new SpaceSchema("default", Dimension, Metric.InnerProduct)]);

    private readonly List<FileShardLogProvider> _logs = [];

    public ShardFolder()
    {
        Path = Directory.CreateTempSubdirectory("manifold-shard-").FullName;
        Documents = new FileDocumentStore(System.IO.Path.Combine(Path, "state"));
    }

    /// <summary>The one store of the folder's documents: opening another would remove what this one is writing.</summary>
    public FileDocumentStore Documents { get; }

    public string Path { get; }

    public string Segments => System.IO.Path.Combine(Path, "segments");

    /// <summary>Services over the folder; each call is a process of its own as far as its log files go.</summary>
    public ShardServices Services(ShardOptions? options = null, Func<ISegmentStore, ISegmentStore>? segments = null, Func<IShardLogProvider, IShardLogProvider>? logs = null, long logFileBytes = 64 << 20)
    {
        var provider = new FileShardLogProvider(new FileLogOptions { DataFolder = Path, FileBytes = logFileBytes });
        _logs.Add(provider);
        // Another engine may be writing to it: what that has not finished must stay.
        ISegmentStore store = new FolderSegmentStore(Segments, isShared: true);
        return new ShardServices(
            logs?.Invoke(provider) ?? provider,
            segments?.Invoke(store) ?? store,
            Documents,
            options ?? new ShardOptions(),
            NullLogger.Instance);
    }

    /// <summary>What the shard's manifest says now. Files that it does not name may lie beside those that it does: they were merged away.</summary>
    public async Task<ShardManifest> ReadManifestAsync() =>
        (await new ManifestStore(Documents, Definition.Shard).ReadAsync(TestContext.Current.CancellationToken)).Manifest;

    /// <summary>The file of an object of the segment store.</summary>
    public string FileOf(StoredObject stored) => System.IO.Path.Combine(Segments, stored.Name);

    public static byte[] Batch(string writer, long sequence, params (string Id, float Value)[] items)
    {
        var batch = new WriteBatchBuilder(writer, sequence);
        foreach (var (id, value) in items)
        {
            batch.Upsert(Item(id, value));
        }
        return batch.ToArray();
    }

    public static byte[] Batch(params (string Id, float Value)[] items) => Batch("", 0, items);

    public static byte[] Deletion(params string[] ids)
    {
        var batch = new WriteBatchBuilder();
        foreach (var id in ids)
        {
            batch.Delete(id);
        }
        return batch.ToArray();
    }

    public static Item Item(string id, float value) => new()
    {
        Id = id,
        Vectors = new Dictionary<string, float[]> { ["default"] = [value, 1, 0, 0] },
        Attributes = Attributes.Of(("value", value)),
    };

    /// <summary>Every item of the engine's present view with its value, read through both ways: scroll and search.</summary>
    public static Dictionary<string, float> Read(ShardEngine engine)
    {
        using var lease = engine.AcquireView();
        var items = lease.View.Scroll(null, int.MaxValue, null, withVectors: true, CancellationToken.None).Items;
        var byScroll = items.ToDictionary(i => i.Id, i => i.Vectors["default"][0]);
        var hits = lease.View.Search(new SearchQuery("default", new float[] { 1, 0, 0, 0 }, Math.Max(1, byScroll.Count + 1)), CancellationToken.None);
        Assert.Equal(byScroll.OrderBy(i => i.Key, StringComparer.Ordinal), hits.ToDictionary(h => h.Id, h => h.Score).OrderBy(i => i.Key, StringComparer.Ordinal));
        return byScroll;
    }

    /// <summary>In the order of ids, to compare.</summary>
    public static IEnumerable<KeyValuePair<string, float>> Sorted(Dictionary<string, float> items) => items.OrderBy(item => item.Key, StringComparer.Ordinal);

    public async ValueTask DisposeAsync()
    {
        foreach (var logs in _logs)
        {
            await logs.DisposeAsync();
        }
        Directory.Delete(Path, recursive: true);
    }
}
