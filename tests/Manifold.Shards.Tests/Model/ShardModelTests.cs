using System.Collections.Immutable;
using System.Globalization;
using Manifold.Index;
using Manifold.Index.Tests;
using Manifold.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Manifold.Shards.Tests.Model;

/// <summary>
/// Random histories of a shard against a dictionary: writes, filtered searches, seals and merges that go on beside them, crashes at any storage call,
/// reopening, and bits that flip in its files. 5,000 operations, or as many as <c>MANIFOLD_MODEL_OPERATIONS</c> says (200,000 at night).
/// </summary>
public sealed class ShardModelTests : IAsyncLifetime
{
    private const int DefaultOperations = 5000;
    private static readonly ShardDefinition Definition = new("things.0a1b2c3d/0", SampleItems.Spaces);

    // A seal every thirty writes or so, and garbage that goes at once.
    private static readonly ShardOptions Options = new()
    {
        SealAfterBytes = 8192,
        SealRetryAfter = TimeSpan.FromMilliseconds(2),
        GarbageGrace = TimeSpan.Zero,
        MaintenanceInterval = TimeSpan.FromMilliseconds(5),
        MergeFactor = 3,
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("manifold-model-").FullName;
    private readonly Random _random = Seeds.Create();
    private readonly Dictionary<string, int> _seen = [];
    private FileShardLogProvider _logs = null!;
    private FileDocumentStore _documents = null!;
    private CrashPoint _point = new();
    private ShardEngine _engine = null!;
    private long _position;
    private ImmutableDictionary<string, Item> _items = ImmutableDictionary<string, Item>.Empty;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Segments => Path.Combine(_folder, "segments");

    public async ValueTask InitializeAsync() => await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task AnyHistory_AgreesWithADictionary()
    {
        var operations = Environment.GetEnvironmentVariable("MANIFOLD_MODEL_OPERATIONS") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : DefaultOperations;
        for (var i = 0; i < operations; i++)
        {
            await StepAsync();
        }
        await CloseAsync();
        await OpenAsync();
        await SettleAsync();
        await CheckAsync();

        // What was still to be sealed or merged when it seemed settled may have gone on since.
        await SettleAsync();
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", _seen.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key} {pair.Value}")));
    }

    private async Task StepAsync()
    {
        switch (_random.Next(1000))
        {
            case < 650:
                await WriteAsync();
                break;
            case < 800:
                await UpdateAsync();
                break;
            case < 960:
                await CheckAsync();
                break;
            case < 975:
                await CloseAsync();
                await OpenAsync();
                await CheckAsync();
                Count("reopened");
                break;
            case < 990:
                // Among the calls of a seal or a merge as often as of a write.
                _point.Arm(_random.Next(60));
                break;
            default:
                await FlipABitAsync();
                break;
        }
    }

    /// <summary>Writes a batch. When the shard dies of it, it must be there as a whole or not at all.</summary>
    private async Task WriteAsync()
    {
        var batch = new WriteBatchBuilder();
        var after = _items;
        for (var i = _random.Next(1, 6); i > 0; i--)
        {
            if (_random.Next(4) == 0)
            {
                var id = SampleItems.NextId(_random);
                batch.Delete(id);
                after = after.Remove(id);
            }
            else
            {
                var item = SampleItems.Next(_random);
                batch.Upsert(item);
                after = after.SetItem(item.Id, item);
            }
        }
        var level = _random.Next(2) == 0 ? Acknowledgement.Durable : Acknowledgement.Applied;
        await CommitAsync(async () => (await _engine.WriteAsync(batch.ToArray(), level, Token)).Position, after);
    }

    /// <summary>Changes attributes of some items, of which not all are there.</summary>
    private async Task UpdateAsync()
    {
        var updates = Enumerable.Range(0, _random.Next(1, 6)).Select(_ => SampleItems.NextId(_random)).Distinct()
            .Select(id => new AttributeUpdate(id, SampleItems.NextAttributes(_random), [SampleItems.NextAttributes(_random).Keys.FirstOrDefault("none")], _random.Next(4) == 0)).ToArray();
        var after = _items;
        foreach (var update in updates)
        {
            if (_items.TryGetValue(update.Id, out var item))
            {
                after = after.SetItem(item.Id, item with { Attributes = update.ApplyTo(item.Attributes) });
            }
        }
        var missing = updates.Index().Where(update => !_items.ContainsKey(update.Item.Id)).Select(update => update.Index).ToArray();
        await CommitAsync(
            async () =>
            {
                var result = await _engine.UpdateAsync(updates, "", 0, _random.Next(2) == 0 ? Acknowledgement.Durable : Acknowledgement.Applied, Token);
                Assert.Equal(missing, result.Failures.Select(failure => failure.Index));
                Count("updated");
                return result.Written?.Position ?? _position;
            },
            after);
    }

    private async Task CommitAsync(Func<Task<long>> write, ImmutableDictionary<string, Item> after)
    {
        try
        {
            _position = await write();
            _items = after;
        }
        catch (ShardUnavailableException)
        {
            Assert.True(_point.HasCrashed);
            await CloseAsync();
            await OpenAsync();
            if (!Items().SequenceEqual(Sorted(_items)))
            {
                _items = after;
                Count("crashed after the append");
            }
            Count("crashed");
            await CheckAsync();
        }
    }

    /// <summary>Flips a bit of a file while the shard is closed: it says which file is damaged, or, of an index, goes on without it.</summary>
    private async Task FlipABitAsync()
    {
        await CloseAsync();
        var files = await NamedFilesAsync();
        if (files.Length > 0)
        {
            var file = files[_random.Next(files.Length)];
            var bytes = await File.ReadAllBytesAsync(Path.Combine(Segments, file), Token);
            var flipped = bytes.ToArray();
            flipped[_random.Next(flipped.Length)] ^= (byte)(1 << _random.Next(8));
            await File.WriteAllBytesAsync(Path.Combine(Segments, file), flipped, Token);
            Count($"flipped {Path.GetExtension(file)}");
            if (!file.EndsWith(".idx", StringComparison.Ordinal))
            {
                var failure = await Assert.ThrowsAsync<ShardCorruptException>(async () =>
                {
                    await OpenAsync();
                    await _engine.Verified;
                    _engine.AcquireView().Dispose();
                });
                Assert.Contains(Path.GetFileName(file), failure.Message, StringComparison.Ordinal);
                await CloseAsync();
                await File.WriteAllBytesAsync(Path.Combine(Segments, file), bytes, Token);
            }
        }
        await OpenAsync();
        await _engine.Verified;
        await CheckAsync();
    }

    /// <summary>Compares everything that a view answers, unless the process has died before it applied what it had acknowledged as durable.</summary>
    private async Task CheckAsync()
    {
        try
        {
            await _engine.WaitAppliedAsync(_position, Token);
        }
        catch (ShardUnavailableException) when (_point.HasCrashed)
        {
            return;
        }
        using var lease = _engine.AcquireView();
        new IndexModel(_items).AssertAgrees(lease.View, _random);
        Assert.True(_engine.Failure is null || _point.HasCrashed, _engine.Failure?.Message);
    }

    /// <summary>Waits until nothing is left to merge, to index or to collect.</summary>
    private async Task SettleAsync()
    {
        var deadline = DateTime.UtcNow.AddSeconds(60);
        while (true)
        {
            var (manifest, _) = await new ManifestStore(_documents, Definition.Shard).ReadAsync(Token);
            if (manifest.Segments.All(entry => entry.Index is not null) && (await NamedFilesAsync()).SequenceEqual(FilesThere()))
            {
                return;
            }
            Assert.True(DateTime.UtcNow < deadline, $"maintenance does not come to an end: named {string.Join(' ', await NamedFilesAsync())}, there {string.Join(' ', FilesThere())}");
            await Task.Delay(20, Token);
        }
    }

    private async Task<string[]> NamedFilesAsync()
    {
        var (manifest, _) = await new ManifestStore(_documents, Definition.Shard).ReadAsync(Token);
        return [.. manifest.Segments.SelectMany(entry => new[] { entry.Segment, entry.Deletions, entry.Index }).OfType<StoredObject>().Select(stored => stored.Name).Order(StringComparer.Ordinal)];
    }

    private string[] FilesThere() => Directory.Exists(Path.Combine(Segments, Definition.Shard))
        ? [.. Directory.GetFiles(Path.Combine(Segments, Definition.Shard), "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Segments, path).Replace('\\', '/')).Order(StringComparer.Ordinal)]
        : [];

    private IEnumerable<Item> Items()
    {
        using var lease = _engine.AcquireView();
        return lease.View.Scroll(null, int.MaxValue, null, withVectors: true, Token).Items;
    }

    private static IEnumerable<Item> Sorted(ImmutableDictionary<string, Item> items) => items.Values.OrderBy(item => item.Id, IndexModel.IdOrder);

    private async Task OpenAsync()
    {
        _point = new CrashPoint();
        _logs = new FileShardLogProvider(new FileLogOptions { DataFolder = _folder });
        _documents = new FileDocumentStore(Path.Combine(_folder, "state"));
        var services = new ShardServices(_point.Over(_logs), _point.Over(new FolderSegmentStore(Segments)), _point.Over(_documents), Options, NullLogger.Instance);
        _engine = await ShardEngine.OpenAsync(Definition, services, Token);
    }

    private async Task CloseAsync()
    {
        await _engine.DisposeAsync();
        await _logs.DisposeAsync();
    }

    private void Count(string what) => _seen[what] = _seen.GetValueOrDefault(what) + 1;
}
