using static Manifold.Storage.Tests.LogScenario;

namespace Manifold.Storage.Tests;

public sealed class FileLogFencingTests
{
    [Fact]
    public async Task TakeLead_SecondHandle_FencesTheFirst()
    {
        using var folder = new TemporaryFolder();
        await using var provider = Provider(folder.Path);
        var first = await provider.OpenAsync(Shard, Cancel);
        var second = await provider.OpenAsync(Shard, Cancel);
        var old = await first.TakeLeadAsync(Cancel);
        await first.AppendAsync(old, 3);
        var lead = await second.TakeLeadAsync(Cancel);
        Assert.Equal(old.Epoch + 1, lead.Epoch);
        Assert.Equal(3, lead.LastPosition);
        await Assert.ThrowsAsync<FencedException>(() => first.AppendAtAsync(old.Epoch, 4));
        await Assert.ThrowsAsync<FencedException>(() => first.TruncateAsync(old.Epoch, 3, Cancel));
        await second.AppendAsync(lead, 2);
        await first.DisposeAsync();
        AssertRecords(await second.ReadAllAsync(1), 1, 5);
    }

    [Fact]
    public async Task TakeLead_AppendsUnderWay_EachIsEitherInTheReportedEndOrFenced()
    {
        using var folder = new TemporaryFolder(inMemory: true);
        await using var provider = Provider(folder.Path);
        var log = await provider.OpenAsync(Shard, Cancel);
        var lead = await log.TakeLeadAsync(Cancel);
        for (var round = 0; round < 200; round++)
        {
            var appends = Enumerable.Range(1, 20).Select(i => log.AppendAtAsync(lead.Epoch, lead.LastPosition + i)).ToArray();
            var next = await log.TakeLeadAsync(Cancel);
            for (var i = 0; i < appends.Length; i++)
            {
                if (lead.LastPosition + i + 1 <= next.LastPosition)
                    await appends[i];
                else
                    await Assert.ThrowsAsync<FencedException>(() => appends[i]);
            }
            lead = next;
        }
        AssertRecords(await log.ReadAllAsync(1), 1, lead.LastPosition);
        Assert.Equal(201, lead.Epoch);
    }

    [Fact]
    public async Task TakeLead_ManyAtOnce_EachGetsAnEpochOfItsOwn()
    {
        using var folder = new TemporaryFolder(inMemory: true);
        await using var provider = Provider(folder.Path);
        var log = await provider.OpenAsync(Shard, Cancel);
        var leads = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => log.TakeLeadAsync(Cancel))));
        Assert.Equal(Enumerable.Range(1, 50).Select(epoch => (long)epoch), leads.Select(lead => lead.Epoch).Order());
    }

    [Fact]
    public async Task TakeLead_AfterReopen_GoesOnFromTheStoredEpoch()
    {
        using var folder = new TemporaryFolder();
        for (var epoch = 1; epoch <= 3; epoch++)
        {
            await using var provider = Provider(folder.Path);
            var log = await provider.OpenAsync(Shard, Cancel);
            Assert.Equal(epoch - 1, (await log.GetEndAsync(Cancel)).Epoch);
            Assert.Equal(epoch, (await log.TakeLeadAsync(Cancel)).Epoch);
        }
    }

    [Fact]
    public async Task TakeLead_OldLeaderAppendsAllTheWhile_NoRecordOfItComesAfterTheNewOnes()
    {
        using var folder = new TemporaryFolder(inMemory: true);
        await using var provider = Provider(folder.Path);
        var log = await provider.OpenAsync(Shard, Cancel);
        var old = await log.TakeLeadAsync(Cancel);
        var acknowledged = 0L;
        var running = Task.Run(async () =>
        {
            for (var position = 1L; ; position++)
            {
                await log.AppendAtAsync(old.Epoch, position);
                Interlocked.Exchange(ref acknowledged, position);
            }
        }, Cancel);
        while (Interlocked.Read(ref acknowledged) < 20)
            await Task.Yield();
        var lead = await log.TakeLeadAsync(Cancel);
        await log.AppendAsync(lead, 10);
        await Assert.ThrowsAsync<FencedException>(() => running);
        Assert.True(Interlocked.Read(ref acknowledged) <= lead.LastPosition);
        var records = await log.ReadAllAsync(1);
        AssertRecords(records, 1, lead.LastPosition + 10);
        Assert.All(records, record => Assert.Equal(record.Position <= lead.LastPosition ? old.Epoch : lead.Epoch, record.Epoch));
    }
}
