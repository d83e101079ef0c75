using System.Reflection;
using Manifold.Index;
using Manifold.Storage.Tests;

namespace Manifold.Grains.Tests;

/// <summary>What calls to replicas took beyond one call each is counted. Alone: these counters have no tag by which to tell them from those of other tests' clusters.</summary>
[Collection(AloneCollection)]
public sealed class ReplicaCallCounterTests : IDisposable
{
    private const string AloneCollection = "counters of calls";

    private static readonly CollectionInfo Collection = new("things", "things.1", [new SpaceInfo("default", 2, Metric.L2, "")], 1, DateTimeOffset.UnixEpoch, ReplicaCount: 2);
    private static readonly ManifoldException Unavailable = new(ErrorKind.Unavailable, "not now");

    private readonly Measurements _measurements = new(GrainMetrics.Name);
    private readonly ReplicaCalls _calls = new(
        DispatchProxy.Create<IGrainFactory, NoGrains>(), new CoordinatorOptions { HedgeAfter = TimeSpan.FromMilliseconds(1), RetryFor = TimeSpan.FromMinutes(1) });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _calls.Dispose();
        _measurements.Dispose();
    }

    [Fact]
    public async Task ASlowReplica_IsAHedge_ThatWinsWhereItAnswersFirst()
    {
        var asked = 0;
        await _calls.AskAsync(Collection, 0, null, false, async (_, token) =>
        {
            if (Interlocked.Increment(ref asked) == 1)
            {
                await Task.Delay(Timeout.Infinite, token);
            }
            return "answer";
        }, Cancel);
        Assert.Equal((1, 1, 0, 0, 0), Counted());
    }

    [Fact]
    public async Task AFailedReplica_IsAFailover_AndAllOfThemARetry()
    {
        var asked = 0;
        await _calls.AskAsync(Collection, 0, null, false, (_, _) => Interlocked.Increment(ref asked) <= 2 ? Task.FromException<string>(Unavailable) : Task.FromResult("answer"), Cancel);
        Assert.Equal((0, 0, 1, 1, 0), Counted());
    }

    [Fact]
    public async Task AWriteThatIsSentAgain_IsARetry()
    {
        var asked = 0;
        await _calls.WriteAsync(Collection, 0, _ => Interlocked.Increment(ref asked) == 1 ? Task.FromException<string>(Unavailable) : Task.FromResult("written"), Cancel);
        Assert.Equal((0, 0, 0, 0, 1), Counted());
    }

    [Fact]
    public void Counters_AreThereFromTheFirstLook_AndGoWithTheirOwner()
    {
        Assert.NotNull(_measurements.Observe("manifold.replicas.hedges"));
        _calls.Dispose();
        Assert.Null(_measurements.Observe("manifold.replicas.hedges"));
    }

    private (double Hedges, double Won, double Failovers, double Reads, double Writes) Counted() => (
        Of("manifold.replicas.hedges"), Of("manifold.replicas.hedges.won"), Of("manifold.replicas.failovers"), Of("manifold.replicas.retries", "operation=read"), Of("manifold.replicas.retries", "operation=write"));

    private double Of(string name, params string[] tags) => _measurements.Observe(name, tags) ?? -1;

    /// <summary>Runs beside nothing else.</summary>
    [CollectionDefinition(AloneCollection, DisableParallelization = true)]
    public sealed class Alone;

    /// <summary>References that lead nowhere: the questions of these tests answer themselves.</summary>
    public class NoGrains : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => null;
    }
}
