using Manifold.Index;

namespace Manifold.Shards.Tests;

public sealed class SearchThreadsTests : IAsyncLifetime
{
    private readonly ShardFolder _folder = new();
    private ShardEngine _engine = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _engine = await ShardEngine.OpenAsync(ShardFolder.Definition, _folder.Services(new ShardOptions { SealAfterBytes = 8192 }), Token);
        for (var i = 0; i < 300; i++)
        {
            await _engine.WriteAsync(ShardFolder.Batch(($"{i}", i)), Acknowledgement.Applied, Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        await _folder.DisposeAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Searches_ThatWaitTogether_AreAnsweredAsByThemselves(int degree)
    {
        var threads = new SearchThreads(degree);
        using var gate = new ManualResetEventSlim();
        var blocked = Block(threads, gate, degree);
        SearchQuery[] queries = [.. Enumerable.Range(1, 150).Select(i => Query(i % 2 == 0 ? 1 : -1, 1 + (i % 20)) with { Filter = i % 7 == 0 ? new Filter.FieldRange("value", LessThan: i) : null })];
        var answers = Array.ConvertAll(queries, query => threads.SearchAsync(_engine, query, Token));
        gate.Set();
        await Task.WhenAll(blocked);
        using var lease = _engine.AcquireView();
        foreach (var (query, answer) in queries.Zip(await Task.WhenAll(answers)))
        {
            Assert.Equal(lease.View.Search(query, Token), answer.Hits);
        }
    }

    [Fact]
    public async Task OneThatIsNotValid_FailsAlone()
    {
        var threads = new SearchThreads(1);
        using var gate = new ManualResetEventSlim();
        var blocked = Block(threads, gate, 1);
        var good = threads.SearchAsync(_engine, Query(1, 5), Token);
        var bad = threads.SearchAsync(_engine, Query(1, 5) with { Vector = new float[3] }, Token);
        var alsoGood = threads.SearchAsync(_engine, Query(1, 7), Token);
        gate.Set();
        await Task.WhenAll(blocked);
        Assert.Equal(5, (await good).Hits.Count);
        Assert.Equal(7, (await alsoGood).Hits.Count);
        await Assert.ThrowsAsync<ArgumentException>(() => bad);
    }

    [Fact]
    public async Task OneThatIsCancelledWhileItWaits_LeavesAtOnce_AndTheOthersAreAnswered()
    {
        var threads = new SearchThreads(1);
        using var gate = new ManualResetEventSlim();
        using var cancelled = new CancellationTokenSource();
        var blocked = Block(threads, gate, 1);
        var leaves = threads.SearchAsync(_engine, Query(1, 5), cancelled.Token);
        var stays = threads.SearchAsync(_engine, Query(1, 5), Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaves);
        gate.Set();
        Assert.Equal(5, (await stays).Hits.Count);
        await Task.WhenAll(blocked);
    }

    [Fact]
    public async Task NoMoreThanTheDegreeRunAtOnce_AndAllAreAnswered_WhateverLeaves()
    {
        var threads = new SearchThreads(3);
        int running = 0, most = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 400), new ParallelOptions { MaxDegreeOfParallelism = 40, CancellationToken = Token }, async (i, token) =>
        {
            using var leaves = CancellationTokenSource.CreateLinkedTokenSource(token);
            if (i % 5 == 0)
            {
                leaves.CancelAfter(TimeSpan.FromMilliseconds(i % 3));
            }
            try
            {
                if (i % 2 == 0)
                {
                    Assert.Equal(3, (await threads.SearchAsync(_engine, Query(1, 3), leaves.Token)).Hits.Count);
                    return;
                }
                Assert.Equal(i, await threads.RunAsync(
                    () =>
                    {
                        var now = Interlocked.Increment(ref running);
                        InterlockedMax(ref most, now);
                        Thread.Sleep(1);
                        Interlocked.Decrement(ref running);
                        return i;
                    },
                    leaves.Token));
            }
            catch (OperationCanceledException) when (i % 5 == 0)
            {
            }
        });
        Assert.InRange(most, 1, 3);
        Assert.Equal(1, await threads.RunAsync(() => 1, Token));
    }

    [Fact]
    public async Task AClosedShard_IsSaidToEachThatAsks()
    {
        var threads = new SearchThreads(1);
        using var gate = new ManualResetEventSlim();
        var blocked = Block(threads, gate, 1);
        Task<SearchAnswer>[] asked = [.. Enumerable.Range(0, 3).Select(_ => threads.SearchAsync(_engine, Query(1, 5), Token))];
        await _engine.DisposeAsync();
        gate.Set();
        foreach (var ask in asked)
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(() => ask);
        }
        await Task.WhenAll(blocked);
    }

    private static SearchQuery Query(float direction, int limit) => new("default", new float[] { direction, 1, 0, 0 }, limit);

    /// <summary>Occupies all threads until the gate opens.</summary>
    private static Task[] Block(SearchThreads threads, ManualResetEventSlim gate, int degree) =>
        [.. Enumerable.Range(0, degree).Select(_ => threads.RunAsync(() => gate.Wait(TimeSpan.FromSeconds(60)), Token))];

    private static void InterlockedMax(ref int target, int value)
    {
        var seen = Volatile.Read(ref target);
        while (value > seen && Interlocked.CompareExchange(ref target, value, seen) is var found && found != seen)
        {
            seen = found;
        }
    }
}
