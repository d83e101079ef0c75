using System.Diagnostics;
using Manifold.Index;

namespace Manifold.Shards;

/// <summary>
/// Runs searches off the grains' scheduler, a bounded number at once; others wait in the order they came, and leave when cancelled. Searches of one space of
/// a shard that wait together are answered together, so that those that score all rows share a pass over them. Thread-safe.
/// </summary>
public sealed class SearchThreads
{
    // Of one pass: see SearchView.Search for several queries.
    private const int MostTogether = 64;

    private readonly LinkedList<Job> _waiting = [];
    private readonly RecallSampler? _sampler;
    private readonly int _degree;
    private int _running;

    /// <param name="degree">How many run at once; 0: one for each processor.</param>
    /// <param name="sampler">Checks a share of the searches; null for none.</param>
    public SearchThreads(int degree, RecallSampler? sampler = null)
    {
        _degree = degree > 0 ? degree : Environment.ProcessorCount;
        _sampler = sampler;
    }

    /// <summary>Runs <paramref name="read"/> on a pool thread once there is room.</summary>
    public async Task<T> RunAsync<T>(Func<T> read, CancellationToken cancellationToken)
    {
        var job = new Job(null, null, () => read(), cancellationToken);
        return (T)(await EnqueueAsync(job))!;
    }

    /// <summary>Searches the view that the shard has when there is room, which holds all that was applied before the call.</summary>
    /// <param name="engine">The shard.</param>
    /// <param name="query">What is asked.</param>
    /// <param name="cancellationToken">Leaves the queue, or ends the search.</param>
    /// <param name="shardCount">See <see cref="ShardEngine.AcquireView"/>.</param>
    /// <exception cref="ArgumentException">The query is not valid; the message begins with the field.</exception>
    /// <exception cref="ShardCorruptException">A segment was found damaged.</exception>
    /// <exception cref="ShardMovedException">There are more shards than the caller knows of.</exception>
    /// <exception cref="ObjectDisposedException">The engine was closed.</exception>
    public async Task<SearchAnswer> SearchAsync(ShardEngine engine, SearchQuery query, CancellationToken cancellationToken, int shardCount = 0) =>
        (SearchAnswer)(await EnqueueAsync(new Job(engine, query, null, cancellationToken) { ShardCount = shardCount }))!;

    private async Task<object?> EnqueueAsync(Job job)
    {
        job.CancellationToken.ThrowIfCancellationRequested();
        lock (_waiting)
        {
            if (_running < _degree)
            {
                _running++;
                _ = Task.Run(() => Work([job]), CancellationToken.None);
            }
            else
            {
                _waiting.AddLast(job.Place);
            }
        }
        using (job.CancellationToken.UnsafeRegister(_ => Leave(job), null))
        {
            return await job.Done.Task;
        }
    }

    private void Leave(Job job)
    {
        lock (_waiting)
        {
            if (job.Place.List is null)
            {
                return;
            }
            _waiting.Remove(job.Place);
        }
        job.Done.TrySetCanceled(job.CancellationToken);
    }

    private void Work(List<Job> jobs)
    {
        for (; jobs.Count > 0; jobs = Next())
        {
            var started = Stopwatch.GetTimestamp();
            foreach (var job in jobs)
            {
                job.Begin(started, jobs.Count);
            }
            if (jobs.Count == 1)
            {
                Run(jobs[0]);
            }
            else
            {
                RunTogether(jobs);
            }
            if (jobs[0].Engine is { } engine)
            {
                ShardMetrics.Searched(engine.Definition.Collection, jobs.Count, started);
            }
        }
    }

    /// <summary>The job that waits longest, and the searches that can be answered with it; but only this thread's share of what waits. With none left the thread ends.</summary>
    private List<Job> Next()
    {
        lock (_waiting)
        {
            if (_waiting.First is not { } first)
            {
                _running--;
                return [];
            }
            var most = Math.Min(MostTogether, (_waiting.Count + _degree - 1) / _degree);
            var jobs = new List<Job> { first.Value };
            for (var place = first.Next; place is not null && jobs.Count < most && first.Value.Engine is not null; place = place.Next)
            {
                if (place.Value.Engine == first.Value.Engine && place.Value.ShardCount == first.Value.ShardCount && place.Value.Query!.Space == first.Value.Query!.Space)
                {
                    jobs.Add(place.Value);
                }
            }
            foreach (var job in jobs)
            {
                _waiting.Remove(job.Place);
            }
            return jobs;
        }
    }

    private void Run(Job job)
    {
        try
        {
            if (job.Engine is null)
            {
                job.Done.TrySetResult(job.Read!());
                return;
            }
            using var lease = job.Engine.AcquireView(job.ShardCount);
            var hits = lease.View.Search(job.Query!, out var effort, job.CancellationToken);
            Answer(job, lease.View, new SearchAnswer(hits, effort));
        }
        catch (OperationCanceledException) when (job.CancellationToken.IsCancellationRequested)
        {
            job.Done.TrySetCanceled(job.CancellationToken);
        }
        catch (Exception e)
        {
            job.Done.TrySetException(e);
        }
    }

    private void RunTogether(List<Job> jobs)
    {
        using var abandoned = new CancellationTokenSource();
        var left = jobs.Count;
        var registrations = jobs.ConvertAll(job => job.CancellationToken.UnsafeRegister(
            _ =>
            {
                // The work goes on for the others; for none it stops.
                job.Done.TrySetCanceled(job.CancellationToken);
                if (Interlocked.Decrement(ref left) == 0)
                {
                    abandoned.Cancel();
                }
            },
            null));
        try
        {
            using var lease = jobs[0].Engine!.AcquireView(jobs[0].ShardCount);
            var answers = lease.View.Search(jobs.ConvertAll(job => job.Query!), abandoned.Token);
            for (var i = 0; i < jobs.Count; i++)
            {
                Answer(jobs[i], lease.View, answers[i]);
            }
        }
        catch (ArgumentException)
        {
            // One of them is not valid: each learns by itself whether it is the one.
            jobs.ForEach(Run);
        }
        catch (Exception e)
        {
            foreach (var job in jobs)
            {
                job.Done.TrySetException(e);
            }
        }
        finally
        {
            foreach (var registration in registrations)
            {
                // Waits for one that runs: the source must outlive it.
                registration.Dispose();
            }
        }
    }

    private void Answer(Job job, SearchView view, SearchAnswer answer)
    {
        job.Done.TrySetResult(answer);
        _sampler?.Offer(job.Engine!.Definition.Collection, view, job.Query!, answer);
    }

    /// <summary>A search, or another read.</summary>
    private sealed class Job
    {
        private readonly long _arrived = Stopwatch.GetTimestamp();

        // Who asks, where somebody follows it.
        private readonly Activity? _asker = Activity.Current is { IsAllDataRequested: true } current ? current : null;

        public Job(ShardEngine? engine, SearchQuery? query, Func<object?>? read, CancellationToken cancellationToken)
        {
            (Engine, Query, Read, CancellationToken) = (engine, query, read, cancellationToken);
            Place = new LinkedListNode<Job>(this);
        }

        public ShardEngine? Engine { get; }

        public SearchQuery? Query { get; }

        public Func<object?>? Read { get; }

        public CancellationToken CancellationToken { get; }

        public int ShardCount { get; init; }

        /// <summary>Its place among the waiting; in no list once it runs.</summary>
        public LinkedListNode<Job> Place { get; }

        public TaskCompletionSource<object?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Notes that its turn has come.</summary>
        public void Begin(long now, int together)
        {
            if (Engine is not null)
            {
                ShardMetrics.SearchWait.Record(Stopwatch.GetElapsedTime(_arrived, now).TotalSeconds, ShardMetrics.Of(Engine));
                _asker?.AddEvent(new ActivityEvent("search begins", tags: new ActivityTagsCollection { ["manifold.searches"] = together }));
            }
        }
    }
}
