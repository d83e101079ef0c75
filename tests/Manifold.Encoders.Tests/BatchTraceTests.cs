using System.Diagnostics;

namespace Manifold.Encoders.Tests;

/// <summary>One run of a model is one span, linked with the spans of all that it is for.</summary>
public sealed class BatchTraceTests : IDisposable
{
    private readonly List<Activity> _ended = [];
    private readonly ActivityListener _listener;
    private readonly string _asker = $"asker {Guid.NewGuid():N}";
    private readonly ActivitySource _askers;

    public BatchTraceTests()
    {
        _askers = new ActivitySource(_asker);
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == EncoderMetrics.Name || source.Name == _asker,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (_ended)
                    _ended.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _askers.Dispose();
    }

    [Fact]
    public async Task Batch_OfTwoTraces_IsLinkedWithBoth_AndTheyWithIt()
    {
        using var tower = new GatedTower();
        var queue = new TowerQueue(tower, new EncoderOptions { MaxBatchWait = TimeSpan.FromMinutes(1) });
        tower.Close();
        var first = AskAsync("first");
        await tower.RunBegan();
        var others = new[] { AskAsync("second"), AskAsync("third") };
        tower.Open();
        var alone = await first;
        var members = await Task.WhenAll(others);
        await queue.CloseAsync();

        var batches = Batches(tower);
        Assert.Equal([1, 2], batches.Select(batch => batch.GetTagItem("manifold.items")));
        Assert.Equal([alone.Context], batches[0].Links.Select(link => link.Context));
        Assert.Equal((alone.TraceId, alone.SpanId), (batches[0].TraceId, batches[0].ParentSpanId));
        Assert.Equal(members.Select(m => m.Context.SpanId.ToString()).Order(), batches[1].Links.Select(link => link.Context.SpanId.ToString()).Order());
        Assert.NotEqual(members[0].TraceId, members[1].TraceId);
        Assert.All(members, member => Assert.Equal(batches[1].Context, Assert.Single(member.Links).Context));

        // Each asks in a trace of its own.
        async Task<Activity> AskAsync(string text)
        {
            Activity.Current = null;
            using Activity asker = _askers.StartActivity(text)!;
            await queue.EncodeAsync(Content.OfText(text), TestContext.Current.CancellationToken);
            return asker;
        }
    }

    [Fact]
    public async Task Batch_ThatFails_SaysSo()
    {
        using var tower = new GatedTower { Failure = new EncodingFailedException("no device", new InvalidOperationException()) };
        var queue = new TowerQueue(tower, new EncoderOptions());
        using (Activity asker = _askers.StartActivity("asker")!)
            await Assert.ThrowsAsync<EncodingFailedException>(() => queue.EncodeAsync(Content.OfText("text"), TestContext.Current.CancellationToken));
        await queue.CloseAsync();
        Assert.Equal(ActivityStatusCode.Error, Assert.Single(Batches(tower)).Status);
    }

    /// <summary>Those of this test: the source is the process's.</summary>
    private List<Activity> Batches(GatedTower tower)
    {
        lock (_ended)
        {
            var askers = _ended.Where(activity => activity.Source.Name == _asker).Select(activity => activity.SpanId).ToHashSet();
            return [.. _ended.Where(activity => activity.OperationName == "encode batch" && Equals(activity.GetTagItem("manifold.bundle"), tower.Bundle) && activity.Links.Any(link => askers.Contains(link.Context.SpanId)))];
        }
    }
}
