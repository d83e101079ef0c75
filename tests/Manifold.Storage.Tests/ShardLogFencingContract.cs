using static Manifold.Storage.Tests.LogScenario;

namespace Manifold.Storage.Tests;

/// <summary>What every medium's shard log must do when leaders meet; one subclass a medium runs all of it.</summary>
public abstract class ShardLogFencingContract
{
    /// <summary>A provider over a medium in which nothing is stored yet; disposing it removes the medium.</summary>
    private protected abstract IShardLogProvider NewMedium();

    [Fact]
    public async Task TakeLead_SecondHandle_FencesTheFirst()
    {
        await using var provider = NewMedium();
        var first = await provider.OpenAsync(Shard, Cancel);
        var second = await provider.OpenAsync(Shard, Cancel);
        var old = await first.TakeLeadAsync(Cancel);
        await first.AppendAsync(old, 3);
        var lead = await second.TakeLeadAsync(Cancel);
        Assert.Equal(old.Epoch + 1, lead.Epoch);
        Assert.Equal(3, lead.LastPosition);
        await Assert.ThrowsAsync<FencedException>(() => first.TruncateAsync(old.Epoch, 3, Cancel));
        await Assert.ThrowsAsync<FencedException>(() => first.AppendAtAsync(old.Epoch, 4));
        await Assert.ThrowsAsync<FencedException>(() => first.AppendAtAsync(old.Epoch, 4));
        await Assert.ThrowsAsync<FencedException>(() => first.TruncateAsync(old.Epoch, 3, Cancel));
        await second.AppendAsync(lead, 2);
        await first.DisposeAsync();
        AssertRecords(await second.ReadAllAsync(1), 1, 5);
    }

    [Fact]
    public async Task TakeLead_AppendsUnderWay_EachIsEitherInTheReportedEndOrFenced()
    {
        await using var provider = NewMedium();
        var log = await provider.OpenAsync(Shard, Cancel);
        var lead = await log.TakeLeadAsync(Cancel);
        for (var round = 0; round < 200; round++)
            lead = await FenceUnderWayAsync(log, log, lead);
        AssertRecords(await log.ReadAllAsync(1), 1, lead.LastPosition);
        Assert.Equal(201, lead.Epoch);
    }

    [Fact]
    public async Task TakeLead_AppendsOfAnotherHandleUnderWay_EachIsEitherInTheReportedEndOrFenced()
    {
        await using var provider = NewMedium();
        var handles = new[] { await provider.OpenAsync(Shard, Cancel), await provider.OpenAsync(Shard, Cancel) };
        var lead = await handles[0].TakeLeadAsync(Cancel);
        for (var round = 0; round < 100; round++)
            lead = await FenceUnderWayAsync(handles[round % 2], handles[(round + 1) % 2], lead);
        AssertRecords(await handles[0].ReadAllAsync(1), 1, lead.LastPosition);
    }

    [Fact]
    public async Task TakeLead_ManyAtOnce_EachGetsAnEpochOfItsOwn()
    {
        await using var provider = NewMedium();
        var log = await provider.OpenAsync(Shard, Cancel);
        var leads = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => log.TakeLeadAsync(Cancel))));
        Assert.Equal(Enumerable.Range(1, 50).Select(epoch => (long)epoch), leads.Select(lead => lead.Epoch).Order());
        await log.AppendAtAsync(50, 1);
    }

    [Fact]
    public async Task TakeLead_OldLeaderAppendsAllTheWhile_NoRecordOfItComesAfterTheNewOnes()
    {
        await using var provider = NewMedium();
        var log = await provider.OpenAsync(Shard, Cancel);
        var other = await provider.OpenAsync(Shard, Cancel);
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
        await Eventually.HoldsAsync(() => running.IsCompleted || Interlocked.Read(ref acknowledged) >= 20);
        var lead = await other.TakeLeadAsync(Cancel);
        await other.AppendAsync(lead, 10);
        await Assert.ThrowsAsync<FencedException>(() => running);
        Assert.True(Interlocked.Read(ref acknowledged) <= lead.LastPosition);
        var records = await log.ReadAllAsync(1);
        AssertRecords(records, 1, lead.LastPosition + 10);
        Assert.All(records, record => Assert.Equal(record.Position <= lead.LastPosition ? old.Epoch : lead.Epoch, record.Epoch));
    }

    /// <summary>Hands many records over and takes the lead at once: a prefix is written, and the new leader's end says which.</summary>
    private static async Task<LogLead> FenceUnderWayAsync(IShardLog leading, IShardLog next, LogLead lead)
    {
        var appends = Enumerable.Range(1, 20).Select(i => leading.AppendAtAsync(lead.Epoch, lead.LastPosition + i)).ToArray();
        var taken = await next.TakeLeadAsync(Cancel);
        for (var i = 0; i < appends.Length; i++)
        {
            if (lead.LastPosition + i + 1 <= taken.LastPosition)
                await appends[i];
            else
                await Assert.ThrowsAsync<FencedException>(() => appends[i]);
        }
        return taken;
    }
}
