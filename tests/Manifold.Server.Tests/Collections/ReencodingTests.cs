using System.Collections.Concurrent;
using Grpc.Core;
using Manifold.Encoders.Tests;
using Manifold.Protocol.V1;
using Manifold.Storage.Tests;

namespace Manifold.Server.Tests;

/// <summary>A collection that is in use gains a space from another bundle, whose items are encoded for it, and changes over to that.</summary>
public sealed class ReencodingTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new(), _media = new();
    private readonly TestBundle _old = new("old"), _new = new("new", textModel: OnnxFile.Text([.. TestBundle.Table(3).Select(row => row.Reverse().ToArray())]));
    private TestServer _server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        foreach (var owned in (IDisposable[])[_folder, _media, _old, _new])
        {
            owned.Dispose();
        }
    }

    [Fact]
    public async Task AddReencodeAndSwitch_UnderWritesAndSearches_FailNoCall_AndEveryItemHasTheVectorOfItsText()
    {
        var name = await CreateAsync(shards: 2);
        var texts = new ConcurrentDictionary<string, string>(Enumerable.Range(0, 600).ToDictionary(i => $"item-{i:0000}", i => $"word{i} and word{i * 7}"));
        await UpsertAsync(name, texts);
        using var over = new CancellationTokenSource();
        var (searches, writes) = (0, 0);
        Task[] calls = [Task.Run(SearchAsync, Cancel), Task.Run(WriteAsync, Cancel), Task.Run(IngestAsync, Cancel), Task.Run(UpdateAsync, Cancel)];
        await Eventually.HoldsAsync(() => (Volatile.Read(ref searches) > 20 && Volatile.Read(ref writes) > 20) || calls.Any(call => call.IsCompleted));

        var added = await AddAsync(name, rate: 2000);
        Assert.Equal(["default", "second"], added.Spaces.Select(space => space.Name));
        await UntilEncodedAsync(name);
        Assert.Equal(["second", "default"], (await SwitchAsync(name)).Spaces.Select(space => space.Name));
        var (searched, written) = (Volatile.Read(ref searches), Volatile.Read(ref writes));
        await Eventually.HoldsAsync(() => (Volatile.Read(ref searches) > searched + 20 && Volatile.Read(ref writes) > written + 20) || calls.Any(call => call.IsCompleted));
        await over.CancelAsync();
        await Task.WhenAll(calls);

        await AssertRightAsync();
        await RestartAsync();
        await AssertRightAsync();

        async Task AssertRightAsync()
        {
            var items = await _server.ScrollAllAsync(name, withVectors: true);
            Assert.Equal(texts.Keys.Order(StringComparer.Ordinal), items.Select(item => item.Id));
            foreach (var chunk in items.Chunk(100))
            {
                var first = await EncodeAsync("old", chunk.Select(item => texts[item.Id]));
                var second = await EncodeAsync("new", chunk.Select(item => texts[item.Id]));
                for (var i = 0; i < chunk.Length; i++)
                {
                    AssertSame(first[i], chunk[i], "default");
                    AssertSame(second[i], chunk[i], "second");
                }
            }
            Assert.Equal(items.Count, (await GetAsync(name)).Reencoding.Encoded);
        }

        async Task SearchAsync()
        {
            for (var i = 0; !over.IsCancellationRequested; i++)
            {
                var answer = await _server.QueryAsync(new QueryRequest { Collection = name, Parts = { new QueryPart { Text = $"word{i}" } }, Limit = 10, IdsOnly = true });
                Assert.Equal((10, 2), (answer.Hits.Count, answer.ShardsAnswered));
                Volatile.Write(ref searches, i);
            }
        }

        // Of the items 0 to 99, and 600 and more.
        async Task WriteAsync()
        {
            for (var i = 0; !over.IsCancellationRequested; i++)
            {
                var changed = new Dictionary<string, string> { [$"item-{i % 100:0000}"] = $"changed{i}", [$"item-{600 + i:0000}"] = $"new{i}" };
                await UpsertAsync(name, changed);
                foreach (var (id, text) in changed)
                {
                    texts[id] = text;
                }
                if (i % 3 == 2)
                {
                    await _server.DeleteAsync(name, $"item-{600 + i:0000}");
                    texts.TryRemove($"item-{600 + i:0000}", out _);
                }
                Volatile.Write(ref writes, i);
            }
        }

        // Of the items 100 to 199: what is under way knows nothing of the space.
        async Task IngestAsync()
        {
            using var ingest = _server.Items.Ingest(cancellationToken: Cancel);
            var sent = new Dictionary<string, string>();
            for (var i = 0; !over.IsCancellationRequested; i++)
            {
                sent[$"item-{100 + (i % 100):0000}"] = $"ingested{i}";
                await ingest.RequestStream.WriteAsync(Requests.Upsert(name, Requests.Of($"item-{100 + (i % 100):0000}", Requests.Text($"ingested{i}"))), Cancel);
                Assert.True(await ingest.ResponseStream.MoveNext(Cancel));
                Assert.Empty(ingest.ResponseStream.Current.Errors);
            }
            await ingest.RequestStream.CompleteAsync();
            Assert.False(await ingest.ResponseStream.MoveNext(Cancel));
            foreach (var (id, text) in sent)
            {
                texts[id] = text;
            }
        }

        async Task UpdateAsync()
        {
            for (var i = 0; !over.IsCancellationRequested; i++)
            {
                var update = new AttributeUpdate { Id = $"item-{i % 600:0000}", Set = { ["seen"] = Requests.Value(i) } };
                Assert.Empty((await _server.UpdateAttributesAsync(new UpdateAttributesRequest { Collection = name, Updates = { update } })).Errors);
            }
        }
    }

    [Fact]
    public async Task ItemsWithoutContentThatMayBeRead_AreCountedAndNamed_AndTheOthersAreEncoded()
    {
        var name = await CreateAsync();
        var picture = Path.Combine(_media.Path, "red.png");
        await File.WriteAllBytesAsync(picture, Pictures.Png(), Cancel);
        var outside = Path.Combine(_folder.Path, "outside.png");
        await File.WriteAllBytesAsync(outside, Pictures.Png(), Cancel);
        File.CreateSymbolicLink(Path.Combine(_media.Path, "link.png"), outside);
        Directory.CreateSymbolicLink(Path.Combine(_media.Path, "linked"), _folder.Path);
        await File.WriteAllTextAsync(Path.Combine(_media.Path, "note.txt"), "a note", Cancel);
        await File.WriteAllTextAsync(Path.Combine(_media.Path, "broken.png"), "this is no picture", Cancel);
        await _server.UpsertAsync(
            name,
            Requests.Of("text", Requests.Text("a text")),
            Located("file", picture, Requests.Image(Pictures.Png())),
            Located("uri", new Uri(picture).AbsoluteUri, Requests.Image(Pictures.Png())),
            Located("note", Path.Combine(_media.Path, "note.txt"), Requests.Text("a note")),
            Located("inline", $"data:image/png;base64,{Convert.ToBase64String(Pictures.Png())}", Requests.Image(Pictures.Png())),
            Requests.Of("no reference", Requests.Image(Pictures.Png())),
            Requests.Item("vectors only", 1, 0, 0),
            Located("outside", outside, Requests.Image(Pictures.Png())),
            Located("dots", Path.Combine(_media.Path, "..", Path.GetFileName(_folder.Path), "outside.png"), Requests.Image(Pictures.Png())),
            Located("link", Path.Combine(_media.Path, "link.png"), Requests.Image(Pictures.Png())),
            Located("linked", Path.Combine(_media.Path, "linked", "outside.png"), Requests.Image(Pictures.Png())),
            Located("gone", Path.Combine(_media.Path, "gone.png"), Requests.Image(Pictures.Png())),
            Located("elsewhere", "https://example.com/a.png", Requests.Image(Pictures.Png())),
            Located("broken", Path.Combine(_media.Path, "broken.png"), Requests.Image(Pictures.Png())));

        await AddAsync(name);
        var done = await UntilEncodedAsync(name);
        Assert.Equal((14, 5, 9), (done.Items, done.Encoded, done.Failed));
        var reasons = done.Failures.ToDictionary(failure => failure.Id, failure => failure.Reason);
        foreach (var (id, reason) in new[]
        {
            ("no reference", "no content_uri"), ("vectors only", "vectors only"), ("outside", "not below one of Manifold:Content:Roots"), ("dots", "not below one of Manifold:Content:Roots"),
            ("link", "symbolic link"), ("linked", "symbolic link"), ("gone", "there is no file"), ("elsewhere", "neither a data: URI nor the full path of a file"), ("broken", "format"),
        })
        {
            Assert.Contains(reason, reasons[id], StringComparison.OrdinalIgnoreCase);
        }
        var items = (await _server.ScrollAllAsync(name, withVectors: true)).ToDictionary(item => item.Id);
        AssertSame((await EncodeAsync("new", ["a text"]))[0], items["text"], "second");
        AssertSame((await EncodeAsync("new", ["a note"]))[0], items["note"], "second");
        Assert.All(["file", "uri", "inline"], id => AssertSame(Requests.Read(items[id].Vectors["default"]), items[id], "second"));

        // What was missing is looked at once more when it is added again.
        await File.WriteAllBytesAsync(Path.Combine(_media.Path, "gone.png"), Pictures.Png(), Cancel);
        await AddAsync(name);
        done = await UntilEncodedAsync(name);
        Assert.Equal((6, 8), (done.Encoded, done.Failed));
    }

    [Fact]
    public async Task AServerThatIsStartedAgain_GoesOnWhereItWas()
    {
        var name = await CreateAsync(shards: 2);
        await UpsertAsync(name, Enumerable.Range(0, 300).ToDictionary(i => $"item-{i:0000}", i => $"word{i}"));
        await _server.UpsertAsync(name, Requests.Of("a picture", Requests.Image(Pictures.Png())));
        await AddAsync(name, rate: 40);
        for (var restart = 0; restart < 3; restart++)
        {
            var before = (await GetAsync(name)).Reencoding.Encoded;
            await Eventually.HoldsAsync(async () => (await GetAsync(name)).Reencoding.Encoded > before);
            await RestartAsync();
            Assert.False((await GetAsync(name)).Reencoding.Complete);
        }
        await AddAsync(name);
        var done = await UntilEncodedAsync(name);
        Assert.Equal((301, 300, 1, "a picture"), (done.Items, done.Encoded, done.Failed, done.Failures[0].Id));
    }

    [Fact]
    public async Task ACollectionThatIsSplitMeanwhile_IsEncodedToTheEnd()
    {
        var name = await CreateAsync();
        await UpsertAsync(name, Enumerable.Range(0, 200).ToDictionary(i => $"item-{i:0000}", i => $"word{i}"));
        await AddAsync(name, rate: 60);
        await Eventually.HoldsAsync(async () => (await GetAsync(name)).Reencoding.Encoded > 0);
        await _server.Collections.SplitAsync(new SplitCollectionRequest { Name = name }, cancellationToken: Cancel);
        await Refusal.AssertAsync(StatusCode.FailedPrecondition, AddAsync(name, space: "third"), "name");
        await Eventually.HoldsAsync(async () => await GetAsync(name) is { Split: null, ShardCount: 2 });
        await AddAsync(name);
        Assert.Equal((200, 200), await UntilEncodedAsync(name) is var done ? (done.Items, done.Encoded) : default);
        var query = new QueryRequest { Collection = name, Space = "second", Parts = { new QueryPart { Text = "word7" } }, Limit = 200 };
        Assert.Equal(200, (await _server.QueryAsync(query)).Hits.Count);
    }

    [Fact]
    public async Task Add_WhatCannotBe_IsRefused_AndChangesNothing()
    {
        using var textOnly = new TestBundle("texts", manifest => manifest with { Towers = manifest.Towers with { Image = null } });
        await RestartAsync(("Manifold:Encoders:BundleFolders:2", textOnly.Folder));
        var name = await CreateAsync();
        await Refusal.AssertAsync(StatusCode.NotFound, AddAsync("no-such-collection"), "name");
        await Refusal.AssertAsync(StatusCode.NotFound, AddAsync(name, bundle: "no-such-bundle"), "space.encoder");
        await Refusal.AssertAsync(StatusCode.InvalidArgument, AddAsync(name, bundle: ""), "space.encoder");
        await Refusal.AssertAsync(StatusCode.InvalidArgument, AddAsync(name, bundle: "texts"), "space.encoder");
        await Refusal.AssertAsync(StatusCode.InvalidArgument, AddAsync(name, rate: -1), "rate");
        await Refusal.AssertAsync(StatusCode.AlreadyExists, AddAsync(name, space: "default"), "space.name");
        await Refusal.AssertAsync(StatusCode.InvalidArgument, AddAsync(name, space: "no name"), "space.name");
        var wrong = new AddSpaceRequest { Name = name, Space = new Space { Name = "second", Encoder = "new", Dimension = 4 } };
        await Refusal.AssertAsync(StatusCode.InvalidArgument, _server.Collections.AddSpaceAsync(wrong, cancellationToken: Cancel).ResponseAsync, "space.dimension");
        Assert.Equal(("default", null), await GetAsync(name) is var same ? (Assert.Single(same.Spaces).Name, same.Reencoding) : default);
        await Refusal.AssertAsync(StatusCode.InvalidArgument, SwitchAsync(name), "space");
    }

    [Fact]
    public async Task Switch_BeforeTheEnd_IsRefused_UnlessForced_AndACreationOfTheSame_StillSucceeds()
    {
        var name = await CreateAsync();
        await UpsertAsync(name, Enumerable.Range(0, 50).ToDictionary(i => $"item-{i:0000}", i => $"word{i}"));
        await AddAsync(name, rate: 0.01);
        await Refusal.AssertAsync(StatusCode.FailedPrecondition, SwitchAsync(name), "space");
        await Refusal.AssertAsync(StatusCode.FailedPrecondition, AddAsync(name, space: "third"), "space.name");
        Assert.Equal("second", (await SwitchAsync(name, force: true)).Spaces[0].Name);
        Assert.Equal("default", (await SwitchAsync(name, "default")).Spaces[0].Name);
        Assert.Equal(2, (await _server.CreateAsync(new CreateCollectionRequest { Name = name, ShardCount = 1, Spaces = { new Space { Encoder = "old" } } })).Spaces.Count);

        // One that is dropped meanwhile leaves nothing behind, and one of its name begins anew.
        await _server.DropAsync(name);
        await _server.CreateAsync(new CreateCollectionRequest { Name = name, ShardCount = 1, Spaces = { new Space { Encoder = "old" } } });
        Assert.Null((await GetAsync(name)).Reencoding);
        await AddAsync(name);
        Assert.Equal((0, 0), await UntilEncodedAsync(name) is var done ? (done.Items, done.Failed) : default);
        await Eventually.HoldsAsync(() => Directory.EnumerateFiles(Path.Combine(_folder.Path, "state"), "*reencoding*", SearchOption.AllDirectories).Count() <= 1);
    }

    [Fact]
    public async Task WithTextsNotKept_TheyCannotBeEncodedAgain()
    {
        await RestartAsync(("Manifold:Content:KeepTexts", "false"));
        var name = await CreateAsync();
        await _server.UpsertAsync(name, Requests.Of("a", Requests.Text("a text")));
        Assert.Equal("", Assert.Single(await _server.ScrollAllAsync(name)).ContentUri);
        await AddAsync(name);
        Assert.Equal((0, 1), await UntilEncodedAsync(name) is var done ? (done.Encoded, done.Failed) : default);
    }

    /// <summary>Bringing a vector of length 1 to length 1 may change its last bit.</summary>
    private static void AssertSame(float[] expected, Item item, string space)
    {
        var actual = Requests.Read(item.Vectors[space]);
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    private static ItemInput Located(string id, string uri, Content content)
    {
        var input = Requests.Of(id, content);
        input.Item.ContentUri = uri;
        return input;
    }

    private Task<TestServer> StartAsync(params (string Key, string Value)[] settings) => TestServer.StartAsync(
        _folder.Path,
        [
            ("Manifold:Encoders:BundleFolders:0", _old.Folder), ("Manifold:Encoders:BundleFolders:1", _new.Folder), ("Manifold:Content:Roots:0", _media.Path),
            ("Manifold:Shards:SealAfterBytes", "16384"), ("Manifold:Shards:FollowInterval", "00:00:00.050"), .. settings,
        ]);

    private async Task RestartAsync(params (string Key, string Value)[] settings)
    {
        await _server.DisposeAsync();
        _server = await StartAsync(settings);
    }

    private Task<string> CreateAsync(int shards = 1) => _server.CreateAsync(shards, new Space { Encoder = "old" });

    private async Task UpsertAsync(string name, IReadOnlyDictionary<string, string> texts) =>
        Assert.Empty((await _server.UpsertAsync(name, texts.Select(text => Requests.Of(text.Key, Requests.Text(text.Value))))).Errors);

    private async Task<Collection> AddAsync(string name, string space = "second", string bundle = "new", double rate = 0) => await _server.Collections.AddSpaceAsync(
        new AddSpaceRequest { Name = name, Space = new Space { Name = space, Encoder = bundle }, Rate = rate }, cancellationToken: Cancel);

    private async Task<Collection> SwitchAsync(string name, string space = "second", bool force = false) =>
        await _server.Collections.SwitchSpaceAsync(new SwitchSpaceRequest { Name = name, Space = space, Force = force }, cancellationToken: Cancel);

    private Task<Collection> GetAsync(string name) => _server.GetAsync(new GetCollectionRequest { Name = name });

    private async Task<CollectionReencoding> UntilEncodedAsync(string name)
    {
        await Eventually.HoldsAsync(async () => (await GetAsync(name)).Reencoding.Complete);
        return (await GetAsync(name)).Reencoding;
    }

    private async Task<List<float[]>> EncodeAsync(string bundle, IEnumerable<string> texts) =>
        [.. (await _server.EncodeAsync(new EncodeRequest { Bundle = bundle, Contents = { texts.Select(Requests.Text) } })).Vectors.Select(Requests.Read)];
}
