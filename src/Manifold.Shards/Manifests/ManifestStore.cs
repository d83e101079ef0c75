using System.Text.Json;
using Manifold.Storage;

namespace Manifold.Shards;

/// <summary>Reads and replaces the manifest of one shard.</summary>
internal sealed class ManifestStore(IDocumentStore documents, string shard)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private string Key => $"manifest/{shard}";

    /// <returns>The manifest and its ETag; an empty manifest and <c>null</c> for a shard that was never led.</returns>
    /// <exception cref="CorruptDataException">The document cannot be read as a manifest of a known version.</exception>
    public async Task<(ShardManifest Manifest, string? ETag)> ReadAsync(CancellationToken cancellationToken)
    {
        if (await documents.ReadAsync(Key, cancellationToken) is not { } document)
        {
            return (new ShardManifest(), null);
        }
        try
        {
            var manifest = JsonSerializer.Deserialize<ShardManifest>(document.Content.Span, Json);
            return manifest is { Version: 1 }
                ? (manifest, document.ETag)
                : throw new CorruptDataException($"the manifest of shard {shard} has version {manifest?.Version}; this build reads version 1");
        }
        catch (JsonException e)
        {
            throw new CorruptDataException($"the manifest of shard {shard} is damaged: {e.Message}", e);
        }
    }

    /// <exception cref="DocumentConflictException">Another version is there.</exception>
    public Task<string> WriteAsync(ShardManifest manifest, string? expectedETag, CancellationToken cancellationToken) =>
        documents.WriteAsync(Key, JsonSerializer.SerializeToUtf8Bytes(manifest, Json), expectedETag, cancellationToken);

    /// <summary>Deletes whatever version is there: for a dropped collection.</summary>
    public Task DeleteAsync(CancellationToken cancellationToken) => documents.DeleteAsync(Key, cancellationToken);
}
