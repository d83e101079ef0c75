namespace Manifold.Shards.Tests;

public sealed class ShardHostTests : IAsyncLifetime
{
    private readonly ShardFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Fact]
    public async Task AFullDisk_RefusesWrites_SearchesGoOn_AndWritesResumeByThemselves()
    {
        FailingLogProvider? logs = null;
        await using var host = new ShardHost(_folder.Services(logs: inner => logs = new FailingLogProvider(inner)));
        await WriteAsync("a", 1);
        logs!.Full = true;
        await Assert.ThrowsAsync<ShardUnavailableException>(() => WriteAsync("b", 2));
        await Assert.ThrowsAsync<ShardUnavailableException>(() => WriteAsync("b", 2));
        var reader = await host.GetForReadAsync(ShardFolder.Definition, Token);
        Assert.Equal(1, ShardFolder.Read(reader)["a"]);

        logs.Full = false;
        while (true)
        {
            try
            {
                await WriteAsync("c", 3);
                break;
            }
            catch (ShardUnavailableException)
            {
                // Opening is not tried again at once.
                await Task.Delay(20, Token);
            }
        }
        var items = ShardFolder.Read(await host.GetForReadAsync(ShardFolder.Definition, Token));
        Assert.Equal(1, items["a"]);
        Assert.Equal(3, items["c"]);

        async Task WriteAsync(string id, float value)
        {
            var engine = await host.GetForWriteAsync(ShardFolder.Definition, Token);
            await engine.WriteAsync(ShardFolder.Batch((id, value)), Acknowledgement.Applied, Token);
        }
    }

    [Fact]
    public async Task DropAsync_DeletesEverything_AndTheShardStaysGone()
    {
        var host = new ShardHost(_folder.Services(new ShardOptions { SealAfterBytes = 4096 }));
        var engine = await host.GetForWriteAsync(ShardFolder.Definition, Token);
        for (var i = 0; i < 200; i++)
        {
            await engine.WriteAsync(ShardFolder.Batch(($"{i}", i)), Acknowledgement.Applied, Token);
        }
        await host.DropAsync(ShardFolder.Definition.Shard, Token);
        await Assert.ThrowsAsync<ShardDroppedException>(() => host.GetForWriteAsync(ShardFolder.Definition, Token));
        Assert.Empty(Directory.GetFiles(_folder.Segments, "*", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.mlog", SearchOption.AllDirectories));
        await host.DisposeAsync();
    }

    [Fact]
    public async Task GetForWriteAsync_AskedAtOnce_OpensOneEngine()
    {
        await using var host = new ShardHost(_folder.Services());
        var engines = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => host.GetForWriteAsync(ShardFolder.Definition, Token)));
        Assert.Single(engines.Distinct());
        Assert.Equal(1, engines[0].GetState().Epoch);
    }
}
