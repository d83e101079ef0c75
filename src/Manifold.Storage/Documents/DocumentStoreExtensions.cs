namespace Manifold.Storage;

/// <summary>What any document store can do.</summary>
public static class DocumentStoreExtensions
{
    /// <summary>Deletes a document, whatever version is there.</summary>
    public static async Task DeleteAsync(this IDocumentStore documents, string key, CancellationToken cancellationToken)
    {
        while (await documents.ReadAsync(key, cancellationToken) is { } document)
        {
            try
            {
                await documents.DeleteAsync(key, document.ETag, cancellationToken);
                return;
            }
            catch (DocumentConflictException)
            {
                // Someone replaced it in between: read again.
            }
        }
    }
}
