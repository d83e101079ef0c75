namespace Manifold.Storage;

/// <summary>Small documents (catalog, manifests) by key, each replaced atomically under an ETag.</summary>
public interface IDocumentStore
{
    /// <summary>The document, or <c>null</c> where there is none.</summary>
    /// <exception cref="CorruptDataException">The stored document is damaged; names the file or key.</exception>
    Task<Document?> ReadAsync(string key, CancellationToken cancellationToken);

    /// <summary>Replaces the document if its ETag still is <paramref name="expectedETag"/> (<c>null</c>: only if there is none).</summary>
    /// <returns>The new ETag.</returns>
    /// <exception cref="DocumentConflictException">Another version is there.</exception>
    Task<string> WriteAsync(string key, ReadOnlyMemory<byte> content, string? expectedETag, CancellationToken cancellationToken);

    /// <summary>Deletes the document if its ETag still is <paramref name="expectedETag"/>.</summary>
    /// <exception cref="DocumentConflictException">Another version is there.</exception>
    Task DeleteAsync(string key, string expectedETag, CancellationToken cancellationToken);
}
