namespace Manifold.Encoders.Tests;

public sealed class TowerQueueTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EncodeAsync_OneRequestOnAnIdleTower_GoesAtOnceAlone()
    {
        using var tower = new GatedTower();

        // A wait of a second would be seen as a batch that stays open; with nothing else on its way there is none.
        var queue = new TowerQueue(tower, new EncoderOptions { MaxBatchWait = TimeSpan.FromSeconds(1) });
        Assert.Equal((float[])[1, 0], await queue.EncodeAsync(Content.OfText("text"), Cancelled));
        Assert.Equal([1], tower.BatchSizes);
        await queue.CloseAsync();
    }

    [Fact]
    public async Task EncodeAsync_RequestsThatArriveWhileABatchRuns_AreGatheredIntoTheNext()
    {
        using var tower = new GatedTower();
        var queue = new TowerQueue(tower, new EncoderOptions { MaxBatchSize = 8, MaxBatchWait = TimeSpan.FromSeconds(1) });
        tower.Close();
        Task<float[]> first = queue.EncodeAsync(Content.OfText("first"), Cancelled);
        await tower.RunBegan();
        Task<float[]>[] others = [.. Enumerable.Range(0, 20).Select(i => queue.EncodeAsync(Content.OfText($"other {i}"), Cancelled))];
        tower.Open();
        await Task.WhenAll([first, .. others]);
        Assert.Equal([1, 8, 8, 4], tower.BatchSizes);
        await queue.CloseAsync();
    }

    [Fact]
    public async Task EncodeAsync_MoreThanTheQueueHolds_IsRefusedAtOnceWithAHint()
    {
        using var tower = new GatedTower();
        var queue = new TowerQueue(tower, new EncoderOptions { MaxBatchSize = 2, MaxQueueLength = 10, MaxBatchWait = TimeSpan.Zero });
        tower.Close();
        Task<float[]> running = queue.EncodeAsync(Content.OfText("running"), Cancelled);
        await tower.RunBegan();
        Task<float[]>[] waiting = [.. Enumerable.Range(0, 10).Select(_ => queue.EncodeAsync(Content.OfText("waiting"), Cancelled))];
        EncoderOverloadedException e = await Assert.ThrowsAsync<EncoderOverloadedException>(() => queue.EncodeAsync(Content.OfText("too much"), Cancelled));
        Assert.True(e.RetryAfter > TimeSpan.Zero);
        Assert.Equal(10, queue.Length);
        tower.Open();
        await Task.WhenAll([running, .. waiting]);
        Assert.Equal((float[])[1, 0], await queue.EncodeAsync(Content.OfText("room again"), Cancelled));
        await queue.CloseAsync();
    }

    [Fact]
    public async Task EncodeAsync_QueueLongerThanTwoBatches_PreparesNoMoreThanThose()
    {
        using var tower = new GatedTower();
        var queue = new TowerQueue(tower, new EncoderOptions { MaxBatchSize = 2, MaxBatchWait = TimeSpan.Zero });
        tower.Close();
        Task<float[]> running = queue.EncodeAsync(Content.OfText("running"), Cancelled);
        await tower.RunBegan();
        Task<float[]>[] waiting = [.. Enumerable.Range(0, 50).Select(_ => queue.EncodeAsync(Content.OfText("waiting"), Cancelled))];
        Assert.InRange(tower.Prepared, 1, 5);
        tower.Open();
        await Task.WhenAll([running, .. waiting]);
        Assert.Equal(51, tower.Prepared);
        await queue.CloseAsync();
    }

    [Fact]
    public async Task EncodeAsync_CancelledWhileItWaits_LeavesTheQueueUnprepared()
    {
        using var tower = new GatedTower();
        var queue = new TowerQueue(tower, new EncoderOptions { MaxBatchSize = 1, MaxQueueLength = 5, MaxBatchWait = TimeSpan.Zero });
        tower.Close();
        Task<float[]> running = queue.EncodeAsync(Content.OfText("running"), Cancelled);
        await tower.RunBegan();
        using var cancellation = new CancellationTokenSource();
        Task<float[]>[] waiting = [.. Enumerable.Range(0, 5).Select(_ => queue.EncodeAsync(Content.OfText("waiting"), cancellation.Token))];
        await cancellation.CancelAsync();
        foreach (Task<float[]> task in waiting)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);

        // The two that may be prepared already give their places up when their turn comes; the other three have left.
        Assert.InRange(queue.Length, 0, 2);
        tower.Open();
        await running;
        Assert.Equal((float[])[1, 0], await queue.EncodeAsync(Content.OfText("after"), Cancelled));
        Assert.Equal([1, 1], tower.BatchSizes);
        await queue.CloseAsync();
    }

    [Fact]
    public async Task EncodeAsync_CancelledBefore_TakesNoPlace()
    {
        using var tower = new GatedTower();
        var queue = new TowerQueue(tower, new EncoderOptions());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queue.EncodeAsync(Content.OfText("text"), new CancellationToken(canceled: true)));
        Assert.Equal(0, tower.Prepared);
        await queue.CloseAsync();
    }

    [Fact]
    public async Task EncodeAsync_OneBadItemAmongGoodOnes_FailsAlone()
    {
        using var tower = new GatedTower();
        var queue = new TowerQueue(tower, new EncoderOptions());
        Task<float[]>[] tasks = [.. ((string[])["a", "bad", "b", "zero", "c"]).Select(t => queue.EncodeAsync(Content.OfText(t), Cancelled))];
        await Assert.ThrowsAsync<InvalidContentException>(() => tasks[1]);
        await Assert.ThrowsAsync<InvalidContentException>(() => tasks[3]);
        foreach (int good in (int[])[0, 2, 4])
            Assert.Equal((float[])[1, 0], await tasks[good]);
        await queue.CloseAsync();
    }

    [Fact]
    public async Task EncodeAsync_ModelThatFails_FailsItsBatchAndGoesOn()
    {
        using var tower = new GatedTower { Failure = new EncodingFailedException("no memory", new InvalidOperationException()) };
        var queue = new TowerQueue(tower, new EncoderOptions());
        await Assert.ThrowsAsync<EncodingFailedException>(() => queue.EncodeAsync(Content.OfText("text"), Cancelled));
        tower.Failure = null;
        Assert.Equal((float[])[1, 0], await queue.EncodeAsync(Content.OfText("text"), Cancelled));
        await queue.CloseAsync();
    }

    [Fact]
    public async Task CloseAsync_WithRequestsRunningAndWaiting_FinishesTheOnesAndFailsTheOthers()
    {
        using var tower = new GatedTower();
        var queue = new TowerQueue(tower, new EncoderOptions { MaxBatchSize = 1, MaxBatchWait = TimeSpan.Zero });
        tower.Close();
        Task<float[]> running = queue.EncodeAsync(Content.OfText("running"), Cancelled);
        await tower.RunBegan();
        Task<float[]>[] waiting = [.. Enumerable.Range(0, 9).Select(_ => queue.EncodeAsync(Content.OfText("waiting"), Cancelled))];
        Task closing = queue.CloseAsync();
        Assert.False(closing.IsCompleted);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting[^1]);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => queue.EncodeAsync(Content.OfText("late"), Cancelled));
        tower.Open();
        await closing;
        Assert.Equal((float[])[1, 0], await running);
        Assert.All(waiting, t => Assert.True(t.IsCompleted));
    }

    [Fact]
    public async Task EncodeAsync_ManyCallersWithCancellations_AnswersEachAndEndsEmpty()
    {
        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        using var tower = new GatedTower();
        var queue = new TowerQueue(tower, new EncoderOptions { MaxBatchSize = 4, MaxQueueLength = 64, PreparationThreads = 3 });
        int answered = 0, refused = 0, cancelled = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 2000), new ParallelOptions { MaxDegreeOfParallelism = 100, CancellationToken = Cancelled }, async (i, _) =>
        {
            using var cancellation = new CancellationTokenSource();
            Task<float[]> task = queue.EncodeAsync(Content.OfText("text"), cancellation.Token);
            if (new Random(seed + i).Next(4) == 0)
                await cancellation.CancelAsync();
            try
            {
                await task;
                Interlocked.Increment(ref answered);
            }
            catch (EncoderOverloadedException)
            {
                Interlocked.Increment(ref refused);
            }
            catch (OperationCanceledException)
            {
                Interlocked.Increment(ref cancelled);
            }
        });
        Assert.Equal(2000, answered + refused + cancelled);
        Assert.True(answered > 0);
        await queue.CloseAsync();
        Assert.Equal(0, queue.Length);
    }
}
