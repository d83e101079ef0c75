using System.Diagnostics;
using System.Diagnostics.Metrics;
using Manifold.Index;

namespace Manifold.Shards;

/// <summary>
/// Repeats a share of the searches that an index answered, exactly and in the background, and publishes what share of the true hits they had found: the
/// histogram <c>manifold.search.recall</c> of the meter <see cref="MeterName"/>, by collection, space and selectivity of the filter; beside it, in <c>manifold.search.recall.target</c>,
/// what those searches had asked for. Thread-safe.
/// </summary>
/// <remarks>
/// One search is checked at a time, on the view that answered it; after it the sampler rests, so that checking takes at most
/// <see cref="ShardOptions.RecallSamplingTime"/> of one processor. Searches that scored all rows are exact by themselves and not counted. Hits of a score equal to
/// that of the last true hit count as true: which of them is found does not matter.
/// </remarks>
public sealed class RecallSampler : IDisposable
{
    /// <summary>The meter.</summary>
    public const string MeterName = ShardMetrics.Name;

    private readonly Meter _meter = new(MeterName);
    private readonly Histogram<double> _recall, _target;
    private readonly double _share;
    private readonly double _time;
    private readonly Lock _gate = new();
    private Task _checking = Task.CompletedTask;
    private long _restsUntil;
    private bool _disposed;

    /// <param name="share">Of the searches, 0 to 1: the chance of each to be checked.</param>
    /// <param name="time">Of one processor, 0 to 1, that checking may take.</param>
    public RecallSampler(double share, double time)
    {
        (_share, _time) = (share, time);
        _recall = _meter.CreateHistogram(
            "manifold.search.recall", "1", "Share of the true hits that sampled searches by an index had found.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999] });
        _target = _meter.CreateHistogram(
            "manifold.search.recall.target", "1", "The mean recall that the same searches had asked for.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999] });
    }

    /// <summary>Checks a search, if chance and time want it. Returns at once.</summary>
    /// <param name="collection">What the collection is called.</param>
    /// <param name="view">The view that answered, in use by the caller.</param>
    /// <param name="query">What was asked.</param>
    /// <param name="answer">What was answered.</param>
    public void Offer(string collection, SearchView view, SearchQuery query, SearchAnswer answer)
    {
        if (answer.Effort.Partitions == 0 || !_recall.Enabled || _share <= 0 || Random.Shared.NextDouble() >= _share)
        {
            return;
        }
        lock (_gate)
        {
            if (_disposed || !_checking.IsCompleted || Stopwatch.GetTimestamp() < _restsUntil)
            {
                return;
            }
            var lease = view.Acquire();
            _checking = Task.Run(() => Check(collection, lease, query, answer.Hits));
        }
    }

    /// <summary>Waits for the check that runs.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }
        _checking.Wait();
        _meter.Dispose();
    }

    private void Check(string collection, ViewLease lease, SearchQuery query, IReadOnlyList<Hit> hits)
    {
        var begin = Stopwatch.GetTimestamp();
        using (lease)
        {
            try
            {
                var truth = lease.View.Search(query with { Recall = 1 }, CancellationToken.None);
                if (truth.Count > 0)
                {
                    var found = Math.Min(truth.Count, hits.Count(hit => hit.Score >= truth[^1].Score));
                    var selected = query.Filter is null ? 1 : lease.View.Count(query.Filter, CancellationToken.None) / (double)Math.Max(1, lease.View.LiveRows);
                    var tags = new TagList { { "collection", collection }, { "space", query.Space }, { "selectivity", query.Filter is null ? "no filter" : SelectivityOf(selected) } };
                    _target.Record(query.Recall, tags);
                    _recall.Record((double)found / truth.Count, tags);
                }
            }
            catch (CorruptSegmentException)
            {
                // Whoever searches next learns of it; and so does the shard, which verifies its segments.
            }
        }
        var end = Stopwatch.GetTimestamp();
        Volatile.Write(ref _restsUntil, end + (long)((end - begin) * ((1 / Math.Max(_time, 1e-6)) - 1)));
    }

    private static string SelectivityOf(double share) => share switch
    {
        < 0.001 => "below 0.1 %",
        < 0.01 => "0.1 to 1 %",
        < 0.1 => "1 to 10 %",
        < 0.5 => "10 to 50 %",
        _ => "50 % and more",
    };
}
