using static Manifold.Storage.Tests.LogScenario;

namespace Manifold.Storage.Tests;

/// <summary>
/// Power losses of a folder of objects. What a file held when it was flushed is there; a name that was given or taken since its folder was flushed may be there or not, in the
/// order of a folder's changes; a file that got its name before it was flushed is torn.
/// </summary>
public sealed class FolderCrashTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Open_AfterPowerLossAtAnyMoment_HoldsWhatWasStoredAndNothingTorn()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var folder = new TemporaryFolder(inMemory: true);
        var io = new FolderRecorder();
        await LiveAsync(new FolderSegmentStore(folder.Path, io), io, random);

        var undecided = 0;
        for (var image = 0; image < 400; image++)
        {
            using var target = new TemporaryFolder(inMemory: true);
            var (stored, maybe) = io.Write(random.Next(io.Count + 1), folder.Path, target.Path, random);
            var store = new FolderSegmentStore(target.Path);
            var names = new HashSet<string>();
            await foreach (var (name, _) in store.ListAsync("", Cancel))
                names.Add(name);
            foreach (var (name, content) in stored)
            {
                if (name == maybe && !names.Contains(name)) continue;
                Assert.True(names.Remove(name), $"image {image}: '{name}' was stored and is lost");
                Assert.Equal(content, await File.ReadAllBytesAsync(await store.GetLocalPathAsync(name, Cancel), Cancel));
            }

            // Only what was under way may be there as well, and whole.
            Assert.True(names.Count == 0 || names.SetEquals([maybe!]), $"image {image}: {string.Join(", ", names)} should not be there");
            undecided += names.Count;
            if (names.Count > 0)
                Assert.Equal(FolderRecorder.Content(maybe!), await File.ReadAllBytesAsync(await store.GetLocalPathAsync(maybe!, Cancel), Cancel));
            Assert.Empty(Directory.GetFiles(target.Path, "*.tmp", SearchOption.AllDirectories));
        }

        Assert.True(undecided > 0, "power was never lost between a name and its flush");
    }

    /// <summary>Stores, stores again and deletes objects in three folders, one after the other.</summary>
    private static async Task LiveAsync(FolderSegmentStore store, FolderRecorder io, Random random)
    {
        var there = new List<string>();
        for (var i = 0; i < 150; i++)
        {
            var choice = random.Next(10);
            var name = choice < 6 || there.Count == 0 ? $"shard-{random.Next(3)}/{i}.seg" : there[random.Next(there.Count)];
            if (choice < 8 || there.Count == 0)
            {
                io.Begin(name);
                await store.PutAsync(name, (stream, token) => stream.WriteAsync(FolderRecorder.Content(name), token).AsTask(), Cancel);
                io.Stored(name);
                if (!there.Contains(name)) there.Add(name);
                continue;
            }

            io.Begin(name);
            await store.DeleteAsync(name, Cancel);
            io.Deleted(name);
            there.Remove(name);
        }
    }
}
