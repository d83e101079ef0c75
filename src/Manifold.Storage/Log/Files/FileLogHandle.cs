namespace Manifold.Storage;

/// <summary>One caller's handle on a file log; the log closes with its last handle.</summary>
internal sealed class FileLogHandle(FileLog log, Func<ValueTask> release) : IShardLog
{
    private int _disposed;

    private FileLog Log
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed != 0, typeof(IShardLog));
            return log;
        }
    }

    public Task<LogLead> TakeLeadAsync(CancellationToken cancellationToken) => Log.TakeLeadAsync(cancellationToken);

    public Task<ulong> AppendAsync(long epoch, long position, Guid batchId, ReadOnlyMemory<byte> payload) =>
        Log.AppendAsync(epoch, position, batchId, payload);

    public IAsyncEnumerable<LogRecord> ReadAsync(long fromPosition, CancellationToken cancellationToken) =>
        Log.ReadAsync(fromPosition, cancellationToken);

    public Task TruncateAsync(long epoch, long throughPosition, CancellationToken cancellationToken) =>
        Log.TruncateAsync(epoch, throughPosition, cancellationToken);

    public Task<LogLead> GetEndAsync(CancellationToken cancellationToken) => Task.FromResult(Log.End);

    public LogSize? Size => log.Size;

    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _disposed, 1) == 0 ? release() : ValueTask.CompletedTask;
}
