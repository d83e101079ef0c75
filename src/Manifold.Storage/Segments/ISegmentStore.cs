namespace Manifold.Storage;

/// <summary>
/// Holds immutable objects (segments, deletion lists) by name. A name is a relative path of letters, digits, <c>-</c>, <c>_</c>, <c>.</c> and <c>/</c>.
/// An object is whole or absent, and never changes once it is there.
/// </summary>
public interface ISegmentStore
{
    /// <summary>Stores what <paramref name="write"/> produces, durably, under <paramref name="name"/>.</summary>
    /// <returns>The size and XXH3-128 checksum of the stored bytes.</returns>
    Task<StoredObject> PutAsync(string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken);

    /// <summary>A local file with the object's bytes, valid until the process ends or the object is deleted; for mapping.</summary>
    /// <exception cref="FileNotFoundException">There is no such object.</exception>
    Task<string> GetLocalPathAsync(string name, CancellationToken cancellationToken);

    /// <summary>The same file for as long as the lease is held: a store that keeps copies may drop this one afterwards.</summary>
    /// <exception cref="FileNotFoundException">There is no such object.</exception>
    async Task<SegmentLease> LeaseAsync(string name, CancellationToken cancellationToken) => new(await GetLocalPathAsync(name, cancellationToken));

    /// <summary>
    /// Fetches objects that are about to be leased, several at a time, where they have to be fetched. What is missing or fails is left for the lease to report.
    /// </summary>
    /// <returns>Keeps them where they are until it is disposed.</returns>
    Task<IDisposable> PrefetchAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken) => Task.FromResult<IDisposable>(new SegmentLease(""));

    /// <summary>Reads the object back from storage and compares size and checksum.</summary>
    /// <exception cref="CorruptDataException">It differs; names the object and the file.</exception>
    Task VerifyAsync(StoredObject stored, CancellationToken cancellationToken);

    /// <summary>The names under a prefix, with the time each was written.</summary>
    IAsyncEnumerable<(string Name, DateTimeOffset Written)> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Deletes an object; nothing happens where there is none.</summary>
    Task DeleteAsync(string name, CancellationToken cancellationToken);
}
