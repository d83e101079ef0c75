using Manifold.Storage;

namespace Manifold.Shards.Tests;

/// <summary>Logs whose appends fail as a full disk does, while told to: the appends of that lead then fail for good.</summary>
internal sealed class FailingLogProvider(IShardLogProvider inner) : IShardLogProvider
{
    public volatile bool Full;

    public volatile bool TruncationFails;

    public int TruncationsFailed;

    public async Task<IShardLog> OpenAsync(string shard, CancellationToken cancellationToken) =>
        new Log(this, await inner.OpenAsync(shard, cancellationToken));

    public Task DeleteAsync(string shard, CancellationToken cancellationToken) => inner.DeleteAsync(shard, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Log(FailingLogProvider owner, IShardLog inner) : IShardLog
    {
        private bool _failed;

        public Task<LogLead> TakeLeadAsync(CancellationToken cancellationToken) =>
            owner.Full ? throw new LogUnavailableException("No space left on device") : inner.TakeLeadAsync(cancellationToken);

        public Task<ulong> AppendAsync(long epoch, long position, Guid batchId, ReadOnlyMemory<byte> payload)
        {
            _failed |= owner.Full;
            return _failed
                ? Task.FromException<ulong>(new LogUnavailableException("No space left on device"))
                : inner.AppendAsync(epoch, position, batchId, payload);
        }

        public IAsyncEnumerable<LogRecord> ReadAsync(long fromPosition, CancellationToken cancellationToken) => inner.ReadAsync(fromPosition, cancellationToken);

        public Task TruncateAsync(long epoch, long throughPosition, CancellationToken cancellationToken)
        {
            if (!owner.TruncationFails)
            {
                return inner.TruncateAsync(epoch, throughPosition, cancellationToken);
            }
            Interlocked.Increment(ref owner.TruncationsFailed);
            throw new LogUnavailableException("No space left on device");
        }

        public Task<LogLead> GetEndAsync(CancellationToken cancellationToken) => inner.GetEndAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
