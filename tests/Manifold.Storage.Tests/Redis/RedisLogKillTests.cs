using System.Diagnostics;
using static Manifold.Storage.Tests.LogScenario;

namespace Manifold.Storage.Tests;

/// <summary>Redis is killed, paused, cut off and filled up; what was acknowledged stays, and everything resumes with the same provider.</summary>
public sealed class RedisLogKillTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Kill_InTheMiddleOfAppends_EveryAcknowledgedRecordIsThereAndDense()
    {
        var kills = Count("MANIFOLD_REDIS_KILLS", 5);
        var seed = Count("MANIFOLD_SEED", Environment.TickCount);
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var server = await RedisServer.StartAsync();
        await using var connection = await server.ConnectAsync();
        await using var provider = new RedisShardLogProvider(connection, new RedisLogOptions { SettleTimeout = TimeSpan.Zero });
        await using var log = await provider.OpenAsync(Shard, Cancel);
        var acknowledgedInAll = 0;
        for (var kill = 0; kill < kills; kill++)
        {
            var lead = await UntilBackAsync(() => log.TakeLeadAsync(Cancel));
            var acknowledged = new Dictionary<long, ulong>();
            var order = new object();
            var position = lead.LastPosition;
            var writers = Enumerable.Range(0, random.Next(1, 33)).Select(_ => Task.Run(async () =>
            {
                while (true)
                {
                    long mine;
                    Task<ulong> append;
                    lock (order)
                    {
                        append = log.AppendAtAsync(lead.Epoch, position + 1);
                        mine = ++position;
                    }
                    var checksum = await append;
                    lock (acknowledged)
                        acknowledged[mine] = checksum;
                }
            })).ToArray();
            await Task.Delay(random.Next(5, 200), Cancel);
            await server.KillAsync();
            foreach (var writer in writers)
                await Assert.ThrowsAsync<LogUnavailableException>(() => writer);
            await server.StartAgainAsync();
            var end = await UntilBackAsync(() => log.GetEndAsync(Cancel));
            var records = await log.ReadAllAsync(1);
            AssertRecords(records, 1, end.LastPosition);
            Assert.True(acknowledged.Keys.DefaultIfEmpty().Max() <= end.LastPosition, "every acknowledged record is there");
            foreach (var (at, checksum) in acknowledged)
                Assert.Equal(checksum, records[(int)(at - 1)].Checksum);
            acknowledgedInAll += acknowledged.Count;
        }
        output.WriteLine($"{kills} kills, {acknowledgedInAll} acknowledged records, 0 lost");
        Assert.True(acknowledgedInAll > 0);
    }

    [Fact]
    public async Task Append_RedisGone_FailsAtOnceAndTheSameProviderLeadsAgainWhenItIsBack()
    {
        await using var server = await RedisServer.StartAsync();
        await using var connection = await server.ConnectAsync();
        await using var provider = new RedisShardLogProvider(connection, new RedisLogOptions { SettleTimeout = TimeSpan.Zero });
        await using var log = await provider.OpenAsync(Shard, Cancel);
        var lead = await log.TakeLeadAsync(Cancel);
        await log.AppendAsync(lead, 10);
        await server.KillAsync();
        var error = await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendAtAsync(lead.Epoch, 11));
        Assert.Contains(server.Endpoint, error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendAtAsync(lead.Epoch, 12));
        await Assert.ThrowsAsync<LogUnavailableException>(() => log.TruncateAsync(lead.Epoch, 1, Cancel));
        await Assert.ThrowsAsync<LogUnavailableException>(() => log.TakeLeadAsync(Cancel));
        await Assert.ThrowsAsync<LogUnavailableException>(() => log.ReadAllAsync(1));
        await Assert.ThrowsAsync<LogUnavailableException>(() => provider.OpenAsync("photos/1", Cancel));
        await Assert.ThrowsAsync<IOException>(() => provider.CheckDurabilityAsync(Cancel));
        await server.StartAgainAsync();
        await UntilBackAsync(() => log.GetEndAsync(Cancel));
        // The old lead stays over, although Redis would take its records.
        await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendAtAsync(lead.Epoch, 11));
        lead = await log.TakeLeadAsync(Cancel);
        Assert.Equal((2, 10), (lead.Epoch, lead.LastPosition));
        await log.AppendAsync(lead, 10);
        AssertRecords(await log.ReadAllAsync(1), 1, 20);
    }

    [Fact]
    public async Task Append_ConnectionCutAfterTheRecordWentOut_WhatIsStoredSucceedsAndTheLeadEnds()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = new CuttingProxy(server.Port);
        await using var connection = await RedisConnection.ConnectAsync(proxy.Endpoint, Cancel);
        await using var provider = new RedisShardLogProvider(connection, new RedisLogOptions { SettleTimeout = TimeSpan.FromSeconds(30) });
        await using var log = await provider.OpenAsync(Shard, Cancel);
        var lead = await log.TakeLeadAsync(Cancel);
        await log.AppendAsync(lead, 5);
        proxy.LoseNextAnswer();

        // One record, and so one call: of several that go in two, the second may not have left when the connection breaks.
        var checksum = await log.AppendAtAsync(lead.Epoch, 6);
        await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendAtAsync(lead.Epoch, 7));
        Assert.Equal(new LogLead(2, 1, 6, checksum), await log.TakeLeadAsync(Cancel));
        AssertRecords(await log.ReadAllAsync(1), 1, 6);
    }

    [Fact]
    public async Task Append_RedisPausedBeyondTheTimeout_OutcomeIsUnknownAndTheNextLeadShowsIt()
    {
        await using var server = await RedisServer.StartAsync();
        await using var connection = await server.ConnectAsync(",asyncTimeout=500,syncTimeout=500");
        await using var provider = new RedisShardLogProvider(connection, new RedisLogOptions { SettleTimeout = TimeSpan.Zero });
        await using var log = await provider.OpenAsync(Shard, Cancel);
        var lead = await log.TakeLeadAsync(Cancel);
        await log.AppendAsync(lead, 5);
        server.Pause();
        var late = Enumerable.Range(6, 5).Select(position => log.AppendAtAsync(lead.Epoch, position)).ToArray();
        foreach (var append in late)
            await Assert.ThrowsAsync<LogUnavailableException>(() => append);
        server.Continue();
        // Redis executes what waited in its socket. The fence decides: it is in the end that the new lead gets, or it never will be.
        lead = await UntilBackAsync(() => log.TakeLeadAsync(Cancel));
        Assert.InRange(lead.LastPosition, 5, 10);
        await log.AppendAsync(lead, 5);
        AssertRecords(await log.ReadAllAsync(1), 1, lead.LastPosition + 5);
    }

    [Fact]
    public async Task Append_RedisOutOfMemory_FailsWhollyAndTruncationStillMakesRoom()
    {
        await using var server = await RedisServer.StartAsync();
        await using var connection = await server.ConnectAsync();
        await using var byHand = await server.ConnectByHandAsync();
        await using var provider = new RedisShardLogProvider(connection, new RedisLogOptions());
        await using var log = await provider.OpenAsync(Shard, Cancel);
        var lead = await log.TakeLeadAsync(Cancel);
        await log.AppendAsync(lead, 500);
        await byHand.GetServers()[0].ConfigSetAsync("maxmemory", 1);
        var error = await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendAsync(lead with { LastPosition = 500 }, 50));
        Assert.Contains("OOM", error.Message, StringComparison.Ordinal);
        var before = await log.GetEndAsync(Cancel);
        Assert.Equal(500, before.LastPosition);
        lead = await log.TakeLeadAsync(Cancel);
        await log.TruncateAsync(lead.Epoch, 490, Cancel);
        Assert.Equal(491, (await log.GetEndAsync(Cancel)).FirstPosition);
        await byHand.GetServers()[0].ConfigSetAsync("maxmemory", 0);
        await log.AppendAsync(lead, 50);
        AssertRecords(await log.ReadAllAsync(491), 491, 550);
    }

    [Fact]
    public async Task Connect_NobodyThere_NamesTheEndpointAndNotThePassword()
    {
        var clock = Stopwatch.StartNew();
        var error = await Assert.ThrowsAsync<IOException>(() => RedisConnection.ConnectAsync("127.0.0.1:1,password=secret,connectTimeout=500", Cancel));
        Assert.Contains("redis at 127.0.0.1:1 cannot be reached", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
        output.WriteLine($"{clock.Elapsed}");
        await Assert.ThrowsAsync<ArgumentException>(() => RedisConnection.ConnectAsync("password=secret", Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => RedisConnection.ConnectAsync("host:1,nonsense=secret", Cancel));
    }

    /// <summary>Asks until Redis answers again.</summary>
    internal static async Task<T> UntilBackAsync<T>(Func<Task<T>> ask)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (Exception failure) when (failure is LogUnavailableException or IOException && clock.Elapsed < TimeSpan.FromSeconds(30))
            {
                await Task.Delay(20, Cancel);
            }
        }
    }
}
