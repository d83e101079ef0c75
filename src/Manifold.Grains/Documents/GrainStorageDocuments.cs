using Manifold.Storage;
using Orleans.Storage;

namespace Manifold.Grains;

/// <summary>
/// Documents in the cluster's grain storage, whatever provider it is: where shards keep their manifests, so that any silo may read them.
/// </summary>
public sealed class GrainStorageDocuments(IGrainStorage storage) : IDocumentStore
{
    private const string StateName = "document";

    public async Task<Document?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        var state = new GrainState<DocumentState>();
        await AskAsync(key, () => storage.ReadStateAsync(StateName, Id(key), state));
        return state is { RecordExists: true, State: { } stored, ETag: { } etag } ? new Document(stored.Content, etag) : null;
    }

    public async Task<string> WriteAsync(string key, ReadOnlyMemory<byte> content, string? expectedETag, CancellationToken cancellationToken)
    {
        var state = new GrainState<DocumentState>(new DocumentState { Content = content.ToArray() }, expectedETag) { RecordExists = expectedETag is not null };
        try
        {
            await AskAsync(key, () => storage.WriteStateAsync(StateName, Id(key), state));
            return state.ETag!;
        }
        catch (InconsistentStateException e)
        {
            throw new DocumentConflictException(e.Message);
        }
    }

    public async Task DeleteAsync(string key, string expectedETag, CancellationToken cancellationToken)
    {
        var state = new GrainState<DocumentState>(new DocumentState(), expectedETag) { RecordExists = true };
        try
        {
            await AskAsync(key, () => storage.ClearStateAsync(StateName, Id(key), state));
        }
        catch (InconsistentStateException e)
        {
            throw new DocumentConflictException(e.Message);
        }
    }

    /// <summary>Providers fail with exceptions of their own: for those who read documents it is a store that does not answer.</summary>
    private static async Task AskAsync(string key, Func<Task> ask)
    {
        try
        {
            await ask();
        }
        catch (Exception e) when (e is not (InconsistentStateException or CorruptDataException or IOException or UnauthorizedAccessException or OperationCanceledException))
        {
            throw new IOException($"the document {key} cannot be reached: {e.Message}", e);
        }
    }

    private static GrainId Id(string key) => GrainId.Create("document", key);
}
