using Manifold.Storage;

namespace Manifold.Shards.Tests.Model;

/// <summary>
/// Storage of a process that dies: after so many calls one fails, before or after it has done its work, and every call after it fails as well, as none
/// would be made any more.
/// </summary>
internal sealed class CrashPoint
{
    private int _callsLeft = int.MaxValue;

    /// <summary>Whether the process is dead.</summary>
    public bool HasCrashed => Volatile.Read(ref _callsLeft) < 0;

    /// <summary>The process dies at the call that follows so many others, if it is not dead yet.</summary>
    public void Arm(int calls)
    {
        var left = Volatile.Read(ref _callsLeft);
        while (left >= 0 && Interlocked.CompareExchange(ref _callsLeft, calls, left) is var seen && seen != left)
        {
            left = seen;
        }
    }

    public IShardLogProvider Over(IShardLogProvider logs) => new Logs(this, logs);

    public ISegmentStore Over(ISegmentStore segments) => new Segments(this, segments);

    public IDocumentStore Over(IDocumentStore documents) => new Documents(this, documents);

    private async Task<T> RunAsync<T>(Func<Task<T>> call)
    {
        var left = Interlocked.Decrement(ref _callsLeft);
        if (left < -1)
        {
            throw Dead();
        }
        if (left == -1)
        {
            // Half of the calls that a crash meets had done their work, whose answer is lost.
            if (Random.Shared.Next(2) == 0)
            {
                await call();
            }
            throw Dead();
        }
        return await call();
    }

    private Task RunAsync(Func<Task> call) => RunAsync(async () =>
    {
        await call();
        return true;
    });

    private static LogUnavailableException Dead() => new("the process is dead");

    private sealed class Logs(CrashPoint point, IShardLogProvider inner) : IShardLogProvider
    {
        public async Task<IShardLog> OpenAsync(string shard, CancellationToken cancellationToken) => new Log(point, await inner.OpenAsync(shard, cancellationToken));

        public Task DeleteAsync(string shard, CancellationToken cancellationToken) => inner.DeleteAsync(shard, cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    private sealed class Log(CrashPoint point, IShardLog inner) : IShardLog
    {
        public Task<LogLead> TakeLeadAsync(CancellationToken cancellationToken) => point.RunAsync(() => inner.TakeLeadAsync(cancellationToken));

        public Task<ulong> AppendAsync(long epoch, long position, Guid batchId, ReadOnlyMemory<byte> payload) =>
            point.RunAsync(() => inner.AppendAsync(epoch, position, batchId, payload));

        public IAsyncEnumerable<LogRecord> ReadAsync(long fromPosition, CancellationToken cancellationToken) => inner.ReadAsync(fromPosition, cancellationToken);

        public Task TruncateAsync(long epoch, long throughPosition, CancellationToken cancellationToken) =>
            point.RunAsync(() => inner.TruncateAsync(epoch, throughPosition, cancellationToken));

        public Task<LogLead> GetEndAsync(CancellationToken cancellationToken) => inner.GetEndAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    private sealed class Segments(CrashPoint point, ISegmentStore inner) : ISegmentStore
    {
        public Task<StoredObject> PutAsync(string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken) =>
            point.RunAsync(() => inner.PutAsync(name, write, cancellationToken));

        public Task<string> GetLocalPathAsync(string name, CancellationToken cancellationToken) => point.RunAsync(() => inner.GetLocalPathAsync(name, cancellationToken));

        public Task VerifyAsync(StoredObject stored, CancellationToken cancellationToken) => point.RunAsync(() => inner.VerifyAsync(stored, cancellationToken));

        public IAsyncEnumerable<(string Name, DateTimeOffset Written)> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

        public Task DeleteAsync(string name, CancellationToken cancellationToken) => point.RunAsync(() => inner.DeleteAsync(name, cancellationToken));
    }

    private sealed class Documents(CrashPoint point, IDocumentStore inner) : IDocumentStore
    {
        public Task<Document?> ReadAsync(string key, CancellationToken cancellationToken) => point.RunAsync(() => inner.ReadAsync(key, cancellationToken));

        public Task<string> WriteAsync(string key, ReadOnlyMemory<byte> content, string? expectedETag, CancellationToken cancellationToken) =>
            point.RunAsync(() => inner.WriteAsync(key, content, expectedETag, cancellationToken));

        public Task DeleteAsync(string key, string expectedETag, CancellationToken cancellationToken) =>
            point.RunAsync(() => inner.DeleteAsync(key, expectedETag, cancellationToken));
    }
}
