namespace Manifold.Storage;

/// <summary>Opens shard logs of one medium. All logs of one provider may share connections and commit threads.</summary>
public interface IShardLogProvider : IAsyncDisposable
{
    /// <summary>
    /// Opens the log of <paramref name="shard"/> (<c>collection/shard</c>), creating an empty one where there is none. Two opens of the same
    /// shard give two handles on one log: epochs, not handles, decide who may write.
    /// </summary>
    /// <exception cref="CorruptLogException">The log is damaged in the middle.</exception>
    Task<IShardLog> OpenAsync(string shard, CancellationToken cancellationToken);

    /// <summary>Deletes the log of a dropped collection's shard. Nothing happens where there is none.</summary>
    Task DeleteAsync(string shard, CancellationToken cancellationToken);
}
