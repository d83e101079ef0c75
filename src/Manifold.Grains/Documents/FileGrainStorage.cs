using System.Text.Json;
using Manifold.Storage;
using Orleans.Storage;

namespace Manifold.Grains;

/// <summary>Grain storage in files: each state one JSON document, replaced atomically under its ETag.</summary>
public sealed class FileGrainStorage(IDocumentStore documents) : IGrainStorage
{
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var document = await documents.ReadAsync(Key(stateName, grainId), CancellationToken.None);
        grainState.RecordExists = document is not null;
        grainState.ETag = document?.ETag;
        try
        {
            grainState.State = document is null
                ? Activator.CreateInstance<T>()
                : JsonSerializer.Deserialize<T>(document.Content.Span, GrainStateJson.Options) ?? Activator.CreateInstance<T>();
        }
        catch (JsonException e)
        {
            throw new CorruptDataException($"the stored state {stateName} of {grainId} is damaged: {e.Message}", e);
        }
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        try
        {
            var content = JsonSerializer.SerializeToUtf8Bytes(grainState.State, GrainStateJson.Options);
            grainState.ETag = await documents.WriteAsync(Key(stateName, grainId), content, grainState.ETag, CancellationToken.None);
            grainState.RecordExists = true;
        }
        catch (DocumentConflictException e)
        {
            throw new InconsistentStateException(e.Message, "another version", grainState.ETag, e);
        }
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState.ETag is { } etag)
        {
            try
            {
                await documents.DeleteAsync(Key(stateName, grainId), etag, CancellationToken.None);
            }
            catch (DocumentConflictException e)
            {
                throw new InconsistentStateException(e.Message, "another version", etag, e);
            }
        }
        grainState.ETag = null;
        grainState.RecordExists = false;
        grainState.State = Activator.CreateInstance<T>();
    }

    private static string Key(string stateName, GrainId grainId) => $"{stateName}/{grainId.Key}";
}
