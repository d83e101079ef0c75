using System.Runtime.CompilerServices;
using Manifold.Storage;
using Manifold.Storage.Tests;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Sdk;

namespace Manifold.Shards.Tests;

/// <summary>
/// Two leaders over one Redis stream and one manifest, as when a silo was paused for long: the old one is held at a step, the new one takes the lead and writes, the old one goes on. Whatever
/// it still does must be refused. With the fence switched off (<see cref="Unfenced"/>) each case must fail, or it would show nothing.
/// </summary>
public sealed class FencingTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncDisposable
{
    private static readonly ShardOptions Options = new() { SealAfterBytes = 4096, SealRetryAfter = TimeSpan.FromMilliseconds(20) };

    // Later, so that what truncates the log is known.
    private static readonly ShardOptions Later = Options with { SealAfterBytes = 65536 };

    private readonly ShardFolder _folder = new();
    private readonly string _prefix = $"x{Guid.NewGuid():N}";

    public enum Step
    {
        BeforeAppend,
        AfterAppend,
        BeforeSeal,
        BeforeManifest,
        BeforeTruncation,
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<Step> Steps => [.. Enum.GetValues<Step>()];

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Theory]
    [MemberData(nameof(Steps))]
    public Task TheOldLeader_HeldAtAStep_IsRefused(Step step) => RunAsync(step, isFenced: true);

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task WithoutTheFence_TheSameFails(Step step)
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => RunAsync(step, isFenced: false));
        Assert.True(failure is XunitException or ShardUnavailableException or ShardCorruptException, failure.ToString());
    }

    private async Task RunAsync(Step step, bool isFenced)
    {
        var gate = new Gate(step);
        var expected = new Dictionary<string, float>();
        var oldLogs = await redis.OpenLogsAsync(_prefix);
        var newLogs = await redis.OpenLogsAsync(_prefix);
        IShardLogProvider fenced = isFenced ? oldLogs : new Unfenced.Logs(oldLogs);
        IDocumentStore documents = isFenced ? _folder.Documents : new Unfenced.Documents(_folder.Documents);
        await using var old = await ShardEngine.OpenAsync(
            ShardFolder.Definition, new ShardServices(new GatedLogs(gate, fenced), new GatedSegments(gate, new FolderSegmentStore(_folder.Segments)), new GatedDocuments(gate, documents), Options, NullLogger.Instance), Token);
        await WriteAsync(old, expected, "before", 5);

        // It closes with the gate open, however the test ends.
        using var opened = new Opened(gate);

        // The old leader comes to its step, and is held there.
        gate.Close();
        var last = Task.CompletedTask;
        for (var i = 0; !gate.Arrived.Task.IsCompleted; i++)
        {
            var id = step is Step.BeforeAppend or Step.AfterAppend ? "contested" : $"old-{i}";
            last = old.WriteAsync(ShardFolder.Batch((id, 1)), Acknowledgement.Applied, Token);
            if (step is Step.BeforeAppend or Step.AfterAppend)
            {
                break;
            }
            await last;
            expected[id] = 1;
        }
        await gate.Arrived.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
        if (step == Step.AfterAppend)
        {
            expected["contested"] = 1;
        }

        await using var present = await ShardEngine.OpenAsync(
            ShardFolder.Definition, new ShardServices(newLogs, new FolderSegmentStore(_folder.Segments), _folder.Documents, Later, NullLogger.Instance), Token);
        Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(present)));
        if (step == Step.AfterAppend)
        {
            Assert.Equal(1, ShardFolder.Read(present)["contested"]);
        }
        expected["contested"] = 2;
        await present.WriteAsync(ShardFolder.Batch(("contested", 2)), Acknowledgement.Applied, Token);
        await using var log = await newLogs.OpenAsync(ShardFolder.Definition.Shard, Token);
        var before = await log.GetEndAsync(Token);

        gate.Open();
        switch (step)
        {
            case Step.BeforeAppend:
                await Assert.ThrowsAsync<ShardUnavailableException>(() => last);
                break;
            case Step.AfterAppend:
                // It was in the log before the new leader took over, which has it: to acknowledge it is right. What follows is not.
                await last;
                break;
            default:
                await Eventually.HoldsAsync(() => old.Failure is not null || gate.Passed);
                await Task.Delay(200, Token);
                break;
        }
        await Assert.ThrowsAsync<ShardUnavailableException>(() => old.WriteAsync(ShardFolder.Batch(("contested", 3)), Acknowledgement.Applied, Token));

        // The new leader finds everything as it left it, goes on to write and to seal, and what it wrote is all that there is.
        Assert.Equal(before with { }, await log.GetEndAsync(Token));
        await WriteAsync(present, expected, "after", 1500);
        await Eventually.HoldsAsync(() => present.GetState().Segments > 0);
        Assert.Null(present.Failure);
        Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(present)));
        await using var reader = await ShardEngine.FollowAsync(
            ShardFolder.Definition, new ShardServices(newLogs, new FolderSegmentStore(_folder.Segments), _folder.Documents, Options, NullLogger.Instance), null, Token);
        Assert.Equal(ShardFolder.Sorted(expected), ShardFolder.Sorted(ShardFolder.Read(reader)));
        Assert.Equal(2, (await _folder.ReadManifestAsync()).Epoch);
    }

    private static async Task WriteAsync(ShardEngine engine, Dictionary<string, float> expected, string name, int count)
    {
        await Task.WhenAll(Enumerable.Range(0, count).Select(i => engine.WriteAsync(ShardFolder.Batch(($"{name}-{i}", expected[$"{name}-{i}"] = i)), Acknowledgement.Applied, Token)));
    }

    /// <summary>Holds whoever comes to one step, from when it is closed until it is opened.</summary>
    private sealed class Gate(Step step)
    {
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool _isClosed;

        public TaskCompletionSource Arrived { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Whether the step was done after the gate was opened.</summary>
        public bool Passed { get; private set; }

        public void Close() => _isClosed = true;

        public void Open() => _open.TrySetResult();

        public async Task<T> AtAsync<T>(Step at, Func<Task<T>> call)
        {
            if (at != step || !_isClosed)
            {
                return await call();
            }
            if (at == Step.AfterAppend)
            {
                var result = await call();
                _isClosed = false;
                Arrived.TrySetResult();
                await _open.Task;
                return result;
            }
            _isClosed = false;
            Arrived.TrySetResult();
            await _open.Task;
            try
            {
                return await call();
            }
            finally
            {
                Passed = true;
            }
        }
    }

    private sealed class Opened(Gate gate) : IDisposable
    {
        public void Dispose() => gate.Open();
    }

    private sealed class GatedLogs(Gate gate, IShardLogProvider inner) : IShardLogProvider
    {
        public async Task<IShardLog> OpenAsync(string shard, CancellationToken cancellationToken) => new Log(gate, await inner.OpenAsync(shard, cancellationToken));

        public Task DeleteAsync(string shard, CancellationToken cancellationToken) => inner.DeleteAsync(shard, cancellationToken);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private sealed class Log(Gate gate, IShardLog inner) : IShardLog
        {
            public Task<LogLead> TakeLeadAsync(CancellationToken cancellationToken) => inner.TakeLeadAsync(cancellationToken);

            public Task<ulong> AppendAsync(long epoch, long position, Guid batchId, ReadOnlyMemory<byte> payload) =>
                gate.AtAsync(Step.BeforeAppend, () => gate.AtAsync(Step.AfterAppend, () => inner.AppendAsync(epoch, position, batchId, payload)));

            public IAsyncEnumerable<LogRecord> ReadAsync(long fromPosition, CancellationToken cancellationToken) => inner.ReadAsync(fromPosition, cancellationToken);

            public Task TruncateAsync(long epoch, long throughPosition, CancellationToken cancellationToken) => gate.AtAsync(Step.BeforeTruncation, async () =>
            {
                await inner.TruncateAsync(epoch, throughPosition, cancellationToken);
                return true;
            });

            public Task<LogLead> GetEndAsync(CancellationToken cancellationToken) => inner.GetEndAsync(cancellationToken);

            public ValueTask DisposeAsync() => inner.DisposeAsync();
        }
    }

    private sealed class GatedSegments(Gate gate, ISegmentStore inner) : ForwardingSegmentStore(inner)
    {
        public override Task<StoredObject> PutAsync(string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken) =>
            gate.AtAsync(name.EndsWith(".seg", StringComparison.Ordinal) ? Step.BeforeSeal : Step.BeforeAppend, () => base.PutAsync(name, write, cancellationToken));
    }

    private sealed class GatedDocuments(Gate gate, IDocumentStore inner) : IDocumentStore
    {
        public Task<Document?> ReadAsync(string key, CancellationToken cancellationToken) => inner.ReadAsync(key, cancellationToken);

        public Task<string> WriteAsync(string key, ReadOnlyMemory<byte> content, string? expectedETag, CancellationToken cancellationToken) =>
            gate.AtAsync(Step.BeforeManifest, () => inner.WriteAsync(key, content, expectedETag, cancellationToken));

        public Task DeleteAsync(string key, string expectedETag, CancellationToken cancellationToken) => inner.DeleteAsync(key, expectedETag, cancellationToken);
    }

    /// <summary>Storage that does not ask whose turn it is: a refused step is done all the same, under whatever epoch and version are there.</summary>
    private static class Unfenced
    {
        public sealed class Logs(IShardLogProvider inner) : IShardLogProvider
        {
            public async Task<IShardLog> OpenAsync(string shard, CancellationToken cancellationToken) => new Log(await inner.OpenAsync(shard, cancellationToken));

            public Task DeleteAsync(string shard, CancellationToken cancellationToken) => inner.DeleteAsync(shard, cancellationToken);

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }

        public sealed class Documents(IDocumentStore inner) : IDocumentStore
        {
            public Task<Document?> ReadAsync(string key, CancellationToken cancellationToken) => inner.ReadAsync(key, cancellationToken);

            public async Task<string> WriteAsync(string key, ReadOnlyMemory<byte> content, string? expectedETag, CancellationToken cancellationToken) =>
                await inner.WriteAsync(key, content, (await inner.ReadAsync(key, cancellationToken))?.ETag, cancellationToken);

            public Task DeleteAsync(string key, string expectedETag, CancellationToken cancellationToken) => inner.DeleteAsync(key, expectedETag, cancellationToken);
        }

        private sealed class Log(IShardLog inner) : IShardLog
        {
            private long _epoch;

            public async Task<LogLead> TakeLeadAsync(CancellationToken cancellationToken)
            {
                var lead = await inner.TakeLeadAsync(cancellationToken);
                _epoch = lead.Epoch;
                return lead;
            }

            public async Task<ulong> AppendAsync(long epoch, long position, Guid batchId, ReadOnlyMemory<byte> payload)
            {
                try
                {
                    return await inner.AppendAsync(_epoch, position, batchId, payload);
                }
                catch (FencedException)
                {
                    var lead = await TakeLeadAsync(CancellationToken.None);
                    return await inner.AppendAsync(lead.Epoch, lead.LastPosition + 1, batchId, payload);
                }
            }

            public async IAsyncEnumerable<LogRecord> ReadAsync(long fromPosition, [EnumeratorCancellation] CancellationToken cancellationToken)
            {
                await foreach (var record in inner.ReadAsync(fromPosition, cancellationToken))
                {
                    yield return record;
                }
            }

            public async Task TruncateAsync(long epoch, long throughPosition, CancellationToken cancellationToken)
            {
                try
                {
                    await inner.TruncateAsync(_epoch, throughPosition, cancellationToken);
                }
                catch (FencedException)
                {
                    await inner.TruncateAsync((await TakeLeadAsync(cancellationToken)).Epoch, throughPosition, cancellationToken);
                }
            }

            public Task<LogLead> GetEndAsync(CancellationToken cancellationToken) => inner.GetEndAsync(cancellationToken);

            public ValueTask DisposeAsync() => inner.DisposeAsync();
        }
    }
}
