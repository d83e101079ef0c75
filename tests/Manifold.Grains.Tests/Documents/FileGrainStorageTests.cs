using System.Text;
using Manifold.Index;
using Manifold.Storage;
using Orleans.Storage;

namespace Manifold.Grains.Tests;

/// <summary>Grain state in files, under ETags.</summary>
public sealed class FileGrainStorageTests : IDisposable
{
    private static readonly GrainId Grain = GrainId.Create("catalog", "0");

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Read_NothingStored_IsAFreshStateWithoutETag()
    {
        var state = await ReadAsync(Open());
        Assert.False(state.RecordExists);
        Assert.Null(state.ETag);
        Assert.Empty(state.State!.Collections);
    }

    [Fact]
    public async Task Write_ReadByAnotherStoreOnTheFolder_IsTheSame()
    {
        var collection = new CollectionInfo(
            "things", "things.0a1b2c3d", [new SpaceInfo("default", 4, Metric.L2, ""), new SpaceInfo("é", 1, Metric.Cosine, "bundle")], 7,
            new DateTimeOffset(2024, 5, 6, 7, 8, 9, 123, TimeSpan.FromHours(2)));
        var state = NewState(collection);
        await Open().WriteStateAsync("catalog", Grain, state);
        Assert.True(state.RecordExists);
        Assert.NotNull(state.ETag);

        var read = await ReadAsync(Open());
        Assert.Equal((true, state.ETag), (read.RecordExists, read.ETag));
        var found = Assert.Single(read.State!.Collections);
        Assert.Equal(collection with { Spaces = [] }, found with { Spaces = [] }, (a, b) => (a.Name, a.Id, a.ShardCount, a.Created) == (b.Name, b.Id, b.ShardCount, b.Created));
        Assert.Equal(collection.Spaces, found.Spaces);
    }

    [Fact]
    public async Task Write_StateThatAnotherChanged_InconsistentState()
    {
        var storage = Open();
        var first = NewState();
        await storage.WriteStateAsync("catalog", Grain, first);
        var stale = await ReadAsync(storage);
        await storage.WriteStateAsync("catalog", Grain, first);

        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("catalog", Grain, stale));
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.ClearStateAsync("catalog", Grain, stale));
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("catalog", Grain, NewState()));
        Assert.Equal(first.ETag, (await ReadAsync(Open())).ETag);
    }

    [Fact]
    public async Task Write_ManyAtOnceFromOneVersion_OneOfThemWins()
    {
        var storage = Open();
        await storage.WriteStateAsync("catalog", Grain, NewState());
        var states = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => ReadAsync(storage)));
        var outcomes = await Task.WhenAll(states.Select(async state =>
        {
            try
            {
                await storage.WriteStateAsync("catalog", Grain, state);
                return state.ETag;
            }
            catch (InconsistentStateException)
            {
                return null;
            }
        }));
        Assert.Equal(Assert.Single(outcomes, etag => etag is not null), (await ReadAsync(storage)).ETag);
    }

    [Fact]
    public async Task Clear_StoredState_IsGoneAndMayBeWrittenAgain()
    {
        var storage = Open();
        var state = NewState();
        await storage.WriteStateAsync("catalog", Grain, state);
        await storage.ClearStateAsync("catalog", Grain, state);
        Assert.Equal((false, null), (state.RecordExists, state.ETag));
        Assert.False((await ReadAsync(Open())).RecordExists);
        await storage.WriteStateAsync("catalog", Grain, state);
        Assert.True((await ReadAsync(Open())).RecordExists);
    }

    [Fact]
    public async Task Write_NamesAndGrains_AreApart()
    {
        var storage = Open();
        await storage.WriteStateAsync("catalog", Grain, NewState());
        var (other, name) = (new GrainState<CatalogState>(), new GrainState<CatalogState>());
        await storage.ReadStateAsync("catalog", GrainId.Create("catalog", "1"), other);
        await storage.ReadStateAsync("another", Grain, name);
        Assert.False(other.RecordExists || name.RecordExists);
    }

    [Fact]
    public async Task Read_StateThatIsNoJson_CorruptDataNamingTheGrain()
    {
        await new FileDocumentStore(_folder.Path).WriteAsync("catalog/0", Encoding.UTF8.GetBytes("{\"collections\":7}"), null, Cancel);
        var failure = await Assert.ThrowsAsync<CorruptDataException>(() => ReadAsync(Open()));
        Assert.Contains("catalog", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_DamagedFile_CorruptDataNamingTheFile()
    {
        await Open().WriteStateAsync("catalog", Grain, NewState());
        var file = Assert.Single(Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories));
        var bytes = await File.ReadAllBytesAsync(file, Cancel);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, Cancel);
        var failure = await Assert.ThrowsAnyAsync<CorruptDataException>(() => ReadAsync(Open()));
        Assert.Contains(file, failure.Message, StringComparison.Ordinal);
    }

    private FileGrainStorage Open() => new(new FileDocumentStore(_folder.Path));

    private static GrainState<CatalogState> NewState(params CollectionInfo[] collections) => new(new CatalogState { Collections = [.. collections] });

    private static async Task<GrainState<CatalogState>> ReadAsync(FileGrainStorage storage)
    {
        var state = new GrainState<CatalogState>();
        await storage.ReadStateAsync("catalog", Grain, state);
        return state;
    }
}
