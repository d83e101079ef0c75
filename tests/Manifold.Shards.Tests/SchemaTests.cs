using System.Globalization;
using Manifold.Index;
using Manifold.Storage;
using Manifold.Storage.Tests;

namespace Manifold.Shards.Tests;

/// <summary>A shard gets a space, and its items vectors in it, while it is used. Items refer to a number as their content, and each vector is that of the content.</summary>
public sealed class SchemaTests : IAsyncLifetime
{
    private static readonly ShardOptions Small = new()
    {
        SealAfterBytes = 4096,
        SealRetryAfter = TimeSpan.FromMilliseconds(5),
        MaintenanceInterval = TimeSpan.FromMilliseconds(5),
        FollowInterval = TimeSpan.FromMilliseconds(5),
        GarbageGrace = TimeSpan.Zero,
    };

    private static readonly SpaceSchema Second = new("second", 2, Metric.InnerProduct), Regions = new("regions", 2, Metric.InnerProduct) { IsMultiVector = true };

    private static readonly ShardSchema Next = new(1, [.. ShardFolder.Definition.Spaces, Second, Regions]);

    private readonly ShardFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Fact]
    public async Task ASpace_IsThereAfterReopening_InGrowingSealedAndMergedRows()
    {
        var services = _folder.Services(Small, logFileBytes: 8 << 10);
        var engine = await ShardEngine.OpenAsync(ShardFolder.Definition, services, Token);
        for (var round = 0; round < 12; round++)
        {
            // Rounds 0 to 3 know one space. From then on one of them seals nothing, so that the record is read from the log; the others seal and merge it away.
            await WriteAsync(engine, round * 40, round == 4 ? 2 : 40, round < 4 ? 0 : 1);
            if (round == 3)
            {
                await engine.SetSchemaAsync(Next, Token);
                Assert.Equal(0, CountWith(engine, "second"));
            }
            await engine.DisposeAsync();
            engine = await ShardEngine.OpenAsync(ShardFolder.Definition, services, Token);
            Assert.Equal(round < 3 ? 0 : 1, engine.Schema.Version);
            AssertRight(engine, round < 4 ? 0 : 2 + ((round - 4) * 40));
        }
        await Eventually.HoldsAsync(async () => (await _folder.ReadManifestAsync()) is { Schema.Version: 1 } manifest && manifest.Segments.Any(entry => entry.Segment.Length > 3 * Small.SealAfterBytes));
        await FillAllAsync(engine);
        AssertRight(engine, 11 * 40 + 2);
        await engine.DisposeAsync();
        engine = await ShardEngine.OpenAsync(ShardFolder.Definition, services, Token);
        AssertRight(engine, 11 * 40 + 2);
        await engine.DisposeAsync();
    }

    [Fact]
    public async Task Writers_ThatDoNotKnowTheSchema_AreRefused_AlsoAfterReopening()
    {
        await using (var engine = await OpenAsync())
        {
            await engine.WriteAsync(Batch(1, 1, schema: 0), Acknowledgement.Applied, Token, schemaVersion: 0);
            await engine.SetSchemaAsync(Next, Token);
            await Assert.ThrowsAsync<ShardSchemaChangedException>(() => engine.WriteAsync(Batch(2, 1, schema: 0), Acknowledgement.Applied, Token, schemaVersion: 0));
            var position = engine.AppliedPosition;

            // Again, and an older one: nothing happens.
            await engine.SetSchemaAsync(Next, Token);
            await engine.SetSchemaAsync(new ShardSchema(0, ShardFolder.Definition.Spaces), Token);
            Assert.Equal((position, 1), (engine.AppliedPosition, engine.Schema.Version));
            await Assert.ThrowsAsync<ArgumentException>(() => engine.SetSchemaAsync(new ShardSchema(2, [Second]), Token));
            await engine.WriteAsync(ShardFolder.Deletion("none"), Acknowledgement.Applied, Token);
        }
        await using var reopened = await OpenAsync();
        await Assert.ThrowsAsync<ShardSchemaChangedException>(() => reopened.WriteAsync(Batch(2, 1, schema: 0), Acknowledgement.Applied, Token, schemaVersion: 0));
        await reopened.WriteAsync(Batch(2, 1, schema: 1), Acknowledgement.Applied, Token, schemaVersion: 1);
        AssertRight(reopened, 1);
    }

    [Fact]
    public async Task Fill_LeavesItemsThatWereWrittenOrDeletedMeanwhile()
    {
        await using var engine = await OpenAsync();
        await WriteAsync(engine, 0, 6, schema: 0);
        await engine.SetSchemaAsync(Next, Token);
        var fills = Enumerable.Range(0, 6).Select(i => Fill(Item(i, i, schema: 0))).Append(Fill(Item(99, 99, schema: 0))).ToArray();

        await engine.WriteAsync(Batch(0, 7, schema: 1), Acknowledgement.Applied, Token);
        await engine.WriteAsync(ShardFolder.Deletion(Id(1)), Acknowledgement.Applied, Token);
        await engine.WriteAsync(Batch(2, 8, schema: 0), Acknowledgement.Applied, Token);
        await engine.UpdateAsync([new AttributeUpdate(Id(3), Attributes.Of(("seen", 1)), [], Clear: false)], "", 0, Acknowledgement.Applied, Token);
        var result = await engine.FillAsync(fills, Acknowledgement.Applied, Token);

        Assert.Equal([0, 1, 2, 6], result.Failures.Select(failure => failure.Index));
        AssertRight(engine, 4);
        using var lease = engine.AcquireView();
        Assert.Equal((AttributeValue)1, lease.View.Get(Id(3), withVectors: false)!.Attributes["seen"]);
        Assert.Equal([Id(2)], lease.View.Scroll(null, 10, null, withVectors: false, Token, lacking: "second").Items.Select(item => item.Id));
        Assert.Null((await engine.FillAsync(fills, Acknowledgement.Applied, Token)).Written);
    }

    [Fact]
    public async Task Filling_UnderWritesUpdatesAndDeletions_GivesEachItemTheVectorOfItsPresentContent()
    {
        await using var engine = await OpenAsync();
        await WriteAsync(engine, 0, 300, schema: 0);
        using var over = new CancellationTokenSource();
        var expected = Enumerable.Range(0, 300).ToDictionary(Id, i => (int?)i);
        var use = Task.Run(
            async () =>
            {
                var random = new Random(5);
                for (var value = 1000; !over.IsCancellationRequested; value++)
                {
                    var i = random.Next(300);
                    switch (random.Next(3))
                    {
                        case 0:
                            await engine.UpdateAsync([new AttributeUpdate(Id(i), Attributes.Of(("seen", value)), [], Clear: false)], "", 0, Acknowledgement.Durable, Token);
                            break;
                        case 1:
                            await engine.WriteAsync(ShardFolder.Deletion(Id(i)), Acknowledgement.Durable, Token);
                            expected[Id(i)] = null;
                            break;
                        default:
                            // As a gateway does: by what it knows, and anew where that is refused.
                            try
                            {
                                await engine.WriteAsync(Batch(i, value, schema: 0), Acknowledgement.Durable, Token, schemaVersion: 0);
                            }
                            catch (ShardSchemaChangedException)
                            {
                                await engine.WriteAsync(Batch(i, value, schema: 1), Acknowledgement.Durable, Token, schemaVersion: 1);
                            }
                            expected[Id(i)] = value;
                            break;
                    }
                }
            },
            Token);
        await Eventually.HoldsAsync(() => engine.AppliedPosition > 100 || use.IsCompleted);
        await engine.SetSchemaAsync(Next, Token);
        await FillAllAsync(engine);

        // From here nothing lacks a vector, however much is written.
        var position = engine.AppliedPosition;
        await Eventually.HoldsAsync(() => engine.AppliedPosition > position + 100 || use.IsCompleted);
        using (var lease = engine.AcquireView())
        {
            Assert.Empty(lease.View.Scroll(null, 1000, null, withVectors: false, Token, lacking: "second").Items);
        }
        await over.CancelAsync();
        await use;
        await engine.WriteAsync(ShardFolder.Deletion("none"), Acknowledgement.Applied, Token);
        var there = expected.Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value!.Value.ToString(CultureInfo.InvariantCulture));
        AssertRight(engine, there.Count);
        using var final = engine.AcquireView();
        Assert.Equal(there.OrderBy(pair => pair.Key, StringComparer.Ordinal), final.View.Scroll(null, 1000, null, withVectors: false, Token).Items.Select(item => KeyValuePair.Create(item.Id, item.Content!)));
    }

    [Fact]
    public async Task AShardThatIsSplitOff_HasTheSpace_AndTheVectorsThatItsParentGot()
    {
        var parentOf = ShardFolder.Definition with { ShardCount = 1 };
        var childOf = new ShardDefinition("things.0a1b2c3d/1", Next.Spaces) { ShardCount = 2, SchemaVersion = 1, Parent = new ShardParent(parentOf.Shard, 2) };
        var services = _folder.Services(Small, logFileBytes: 16 << 10);
        await using var parent = await ShardEngine.OpenAsync(parentOf, services, Token);
        await WriteAsync(parent, 0, 120, schema: 0);
        await using (var child = await ShardEngine.OpenAsync(childOf, services, Token))
        {
            // The parent learns of it while the other takes its items.
            await parent.SetSchemaAsync(Next, Token);
            await WriteAsync(parent, 120, 60, schema: 1);
            await FillAllAsync(parent, most: 50);
            await parent.SplitAsync(2, Token);
            await Eventually.HoldsAsync(() => child.IsComplete);
            Assert.Equal(110, CountWith(parent, "second") + CountWith(child, "second"));
            await FillAllAsync(child);
            await FillAllAsync(parent);
        }

        // By now the catalog has it as one of two, and tells it what the collection began with.
        await using var reopened = await ShardEngine.OpenAsync(childOf with { Spaces = ShardFolder.Definition.Spaces, SchemaVersion = 0, Parent = null }, services, Token);
        Assert.Equal(1, reopened.Schema.Version);
        Assert.Equal(180, CountWith(parent, "second") + CountWith(reopened, "second"));
        AssertRight(parent, CountWith(parent, "second"));
        AssertRight(reopened, CountWith(reopened, "second"));
    }

    [Fact]
    public async Task ASnapshot_HasTheSpace_AndItsSegmentsLackIt()
    {
        using var stores = new SegmentStores(() => throw new InvalidOperationException("no cache is needed for a folder"), []);
        var target = Path.Combine(_folder.Path, "backup");
        await using var engine = await OpenAsync();
        await WriteAsync(engine, 0, 100, schema: 0);
        await engine.SetSchemaAsync(Next, Token);
        await WriteAsync(engine, 100, 3, schema: 1);
        var (manifest, items) = await engine.SnapshotAsync(await stores.OpenAsync(target, Token), "things/first/0000/", Token);
        Assert.Equal((103, 1), (items, manifest.Schema!.Version));
        var snapshot = new CollectionSnapshot
        {
            Collection = "things",
            Name = "first",
            Shards = [new ShardSnapshot(0, items, manifest)],
            Settings = System.Text.Json.JsonSerializer.SerializeToElement(new { }),
        };
        await snapshot.WriteAsync(await stores.OpenAsync(target, Token), "things/first/", Token);

        // Another collection, which begins with both spaces.
        var definition = new ShardDefinition("things.9f9f9f/0", Next.Spaces) { ShardCount = 1, Snapshot = new SnapshotPlace(target, "things/first/") };
        await using var restored = await ShardEngine.OpenAsync(definition, _folder.Services(Small) with { Snapshots = stores }, Token);
        Assert.Equal(0, restored.Schema.Version);
        AssertRight(restored, 3);
        await FillAllAsync(restored);
        AssertRight(restored, 103);
    }

    private static string Id(int i) => $"item {i:000}";

    private static Item Item(int i, int value, int schema)
    {
        var vectors = new Dictionary<string, float[]> { ["default"] = [value, 1, 0, 0] };
        var places = new Dictionary<string, Place[]>();
        if (schema > 0)
        {
            (vectors["second"], vectors["regions"], places["regions"]) = ([value, 2], [value, 3, 0, 1], [Place.Interval(0, value), Place.Interval(value, value)]);
        }
        return new() { Id = Id(i), Modality = Modalities.Text, Content = value.ToString(CultureInfo.InvariantCulture), Vectors = vectors, Places = places };
    }

    private static byte[] Batch(int i, int value, int schema)
    {
        var batch = new WriteBatchBuilder();
        batch.Upsert(Item(i, value, schema));
        return batch.ToArray();
    }

    private static VectorFill Fill(Item item) =>
        new(item.Id, item.Modality, item.Content, "second", [float.Parse(item.Content!, CultureInfo.InvariantCulture), 2], []);

    private static long CountWith(ShardEngine engine, string space)
    {
        using var lease = engine.AcquireView();
        return lease.View.CountWith(space, Token);
    }

    private static async Task WriteAsync(ShardEngine engine, int from, int count, int schema)
    {
        for (var i = from; i < from + count; i++)
        {
            await engine.WriteAsync(Batch(i, i, schema), Acknowledgement.Applied, Token, schemaVersion: schema);
        }
    }

    /// <summary>Page by page, as the re-encoding of a collection does it.</summary>
    private static async Task FillAllAsync(ShardEngine engine, int most = int.MaxValue)
    {
        string? after = null;
        for (var filled = 0; filled < most;)
        {
            ScrollPage page;
            using (var lease = engine.AcquireView())
            {
                page = lease.View.Scroll(after, 10, null, withVectors: false, Token, lacking: "second");
            }
            if (page.Items.Count == 0)
            {
                return;
            }
            await engine.FillAsync([.. page.Items.Select(Fill)], Acknowledgement.Applied, Token);
            (after, filled) = (page.Items[^1].Id, filled + page.Items.Count);
        }
    }

    /// <summary>Every item has the vectors of its content, whichever it has; so many have one in the second space, and searches find these.</summary>
    private static void AssertRight(ShardEngine engine, long second)
    {
        using var lease = engine.AcquireView();
        var items = lease.View.Scroll(null, int.MaxValue, null, withVectors: true, Token).Items;
        foreach (var item in items)
        {
            var value = float.Parse(item.Content!, CultureInfo.InvariantCulture);
            Assert.Equal(value, item.Vectors["default"][0]);
            Assert.Equal(item.Vectors.ContainsKey("second") ? [value, 2] : null, item.Vectors.GetValueOrDefault("second"));
            Assert.Equal(item.Vectors.ContainsKey("regions") ? [value, 3, 0, 1] : null, item.Vectors.GetValueOrDefault("regions"));
            Assert.Equal(item.Vectors.ContainsKey("regions") ? 2 : 0, item.Places.GetValueOrDefault("regions", []).Length);
        }
        var with = items.Where(item => item.Vectors.ContainsKey("second")).ToList();
        Assert.Equal((second, second), (with.Count, lease.View.CountWith("second", Token)));
        Assert.Equal(items.Count(item => item.Vectors.ContainsKey("regions")), lease.View.CountWith("regions", Token));
        if (engine.HasSpace("second"))
        {
            var hits = lease.View.Search(new SearchQuery("second", new float[] { 1, 0 }, items.Count + 1, Recall: 1), Token);
            Assert.Equal(with.Select(item => (item.Id, item.Vectors["second"][0])).OrderBy(hit => hit.Id, StringComparer.Ordinal), hits.Select(hit => (hit.Id, hit.Score)).OrderBy(hit => hit.Id, StringComparer.Ordinal));
            var regions = lease.View.Search(new SearchQuery("regions", new float[] { 1, 0 }, items.Count + 1), Token);
            Assert.Equal(items.Count(item => item.Vectors.ContainsKey("regions")), regions.Count);
        }
        Assert.Equal(items.Count, lease.View.Search(new SearchQuery("default", new float[] { 1, 0, 0, 0 }, items.Count + 1, Recall: 1), Token).Count);
    }

    private Task<ShardEngine> OpenAsync() => ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(Small), Token);
}
