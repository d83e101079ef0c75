using Manifold.Storage;
using Orleans.Runtime;
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
        await storage.ReadStateAsync(StateName, Id(key), state);
        return state.RecordExists ? new Document(state.State.Content, state.ETag) : null;
    }

    public async Task<string> WriteAsync(string key, ReadOnlyMemory<byte> content, string? expectedETag, CancellationToken cancellationToken)
    {
        var state = new GrainState<DocumentState>(new DocumentState { Content = content.ToArray() }, expectedETag) { RecordExists = expectedETag is not null };
        try
        {
            await storage.WriteStateAsync(StateName, Id(key), state);
            return state.ETag;
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
            await storage.ClearStateAsync(StateName, Id(key), state);
        }
        catch (InconsistentStateException e)
        {
            throw new DocumentConflictException(e.Message);
        }
    }

    private static GrainId Id(string key) => GrainId.Create("document", key);
}
