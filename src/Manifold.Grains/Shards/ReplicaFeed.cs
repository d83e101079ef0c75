using Manifold.Shards;

namespace Manifold.Grains;

/// <summary>
/// The leader's side of following: tells the other ranks of its shard how far the log has come, one call to each at a time with the newest position, and knows what they have
/// applied. A rank that cannot be told reads the log by itself. Thread-safe.
/// </summary>
internal sealed class ReplicaFeed
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(200);

    /// <summary>A rank that did not answer so often is told of the next write, not of this one.</summary>
    private const int MaxFailures = 25;

    private readonly SiloAddress _leader;
    private readonly Follower[] _followers;

    public ReplicaFeed(IGrainFactory grains, CollectionInfo collection, string shard, SiloAddress leader)
    {
        _leader = leader;
        _followers = [.. Enumerable.Range(1, collection.ReplicaCount - 1).Select(rank => new Follower(grains.GetGrain<IShardGrain>($"{shard}/{rank}")))];
    }

    /// <summary>Tells the followers, without waiting.</summary>
    public void Announce(long position)
    {
        foreach (var follower in _followers)
        {
            follower.Announce(position);
        }
    }

    /// <summary>Waits until all ranks have applied a position.</summary>
    /// <returns>What was reached: <see cref="Acknowledgement.Replicated"/>, or <see cref="Acknowledgement.Applied"/> where one is on another's silo or not there in time.</returns>
    public async Task<Acknowledgement> WaitAsync(long position, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Announce(position);
        try
        {
            var silos = await Task.WhenAll(_followers.Select(follower => follower.WaitAsync(position))).WaitAsync(timeout, cancellationToken);
            return silos.Append(_leader).Distinct().Count() == silos.Length + 1 ? Acknowledgement.Replicated : Acknowledgement.Applied;
        }
        catch (TimeoutException)
        {
            return Acknowledgement.Applied;
        }
    }

    private sealed class Follower(IShardGrain grain)
    {
        private readonly Lock _gate = new();
        private long _announced;
        private bool _isTelling;
        private ReplicaApplied? _applied;
        private TaskCompletionSource _advanced = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Announce(long position)
        {
            lock (_gate)
            {
                _announced = Math.Max(_announced, position);
                if (_isTelling || _applied?.Position >= _announced)
                {
                    return;
                }
                _isTelling = true;
            }
            _ = Task.Run(TellAsync);
        }

        public async Task<SiloAddress> WaitAsync(long position)
        {
            while (true)
            {
                Task advanced;
                lock (_gate)
                {
                    if (_applied?.Position >= position)
                    {
                        return _applied.Silo;
                    }
                    advanced = _advanced.Task;
                }
                await advanced;
            }
        }

        private async Task TellAsync()
        {
            for (var failures = 0; ;)
            {
                long position;
                lock (_gate)
                {
                    position = _announced;
                    if (_applied?.Position >= position || failures == MaxFailures)
                    {
                        _isTelling = false;
                        return;
                    }
                }
                try
                {
                    var applied = await grain.AdvanceAsync(position, CancellationToken.None);
                    TaskCompletionSource advanced;
                    lock (_gate)
                    {
                        failures = applied.Position > (_applied?.Position ?? 0) ? 0 : failures + 1;
                        _applied = applied;
                        advanced = _advanced;
                        _advanced = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    }
                    advanced.TrySetResult();
                }
                catch (Exception)
                {
                    failures++;
                    await Task.Delay(RetryAfter);
                }
            }
        }
    }
}
