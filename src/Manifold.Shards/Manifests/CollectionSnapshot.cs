using System.Text.Json;
using System.Text.Json.Serialization;
using Manifold.Storage;

namespace Manifold.Shards;

/// <summary>
/// What is in a snapshot of a collection: the document <c>snapshot.json</c> beside the copies of its shards' objects. It is written last: without it there is no snapshot. Its prefix is
/// <c>collection/name/making/</c>: one that is made again under the name of one that was deleted has other names for everything, since stores and their caches hold objects that never change.
/// </summary>
public sealed record CollectionSnapshot
{
    /// <summary>The version of this document that this build writes and reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The document's name below the snapshot's prefix.</summary>
    public const string DocumentName = "snapshot.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>The version of this document.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The collection's name when it was made.</summary>
    public required string Collection { get; init; }

    /// <summary>The snapshot's name.</summary>
    public required string Name { get; init; }

    /// <summary>When it was begun.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>The collection's settings, in a form of the layer above.</summary>
    public JsonElement Settings { get; init; }

    /// <summary>Every shard of the collection.</summary>
    public IReadOnlyList<ShardSnapshot> Shards { get; init; } = [];

    /// <summary>Bytes of all objects.</summary>
    public long Bytes => Shards.SelectMany(shard => shard.Manifest.Segments).Sum(entry => entry.Segment.Length + (entry.Deletions?.Length ?? 0) + (entry.Index?.Length ?? 0));

    /// <summary>The names of all objects.</summary>
    [JsonIgnore]
    public IEnumerable<string> ObjectNames => Shards.SelectMany(shard => shard.Manifest.Segments).SelectMany(entry => new[] { entry.Segment, entry.Deletions, entry.Index }).OfType<StoredObject>().Select(stored => stored.Name);

    /// <returns>The snapshot under a prefix; <c>null</c> where there is none.</returns>
    /// <exception cref="CorruptDataException">The document cannot be read as one of a known version.</exception>
    public static async Task<CollectionSnapshot?> ReadAsync(ISegmentStore store, string prefix, CancellationToken cancellationToken)
    {
        try
        {
            using var lease = await store.LeaseAsync(prefix + DocumentName, cancellationToken);
            var snapshot = JsonSerializer.Deserialize<CollectionSnapshot>(await File.ReadAllBytesAsync(lease.Path, cancellationToken), Json);
            return snapshot is { Version: CurrentVersion }
                ? snapshot
                : throw new CorruptDataException($"the snapshot {prefix} has version {snapshot?.Version}; this build reads version {CurrentVersion}");
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new CorruptDataException($"{prefix}{DocumentName} is damaged: {e.Message}", e);
        }
    }

    /// <summary>Writes the document: from here there is a snapshot.</summary>
    public Task WriteAsync(ISegmentStore store, string prefix, CancellationToken cancellationToken) =>
        store.PutAsync(prefix + DocumentName, (stream, token) => JsonSerializer.SerializeAsync(stream, this, Json, token), cancellationToken);
}

/// <summary>A shard of a snapshot.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Items">Its items.</param>
/// <param name="Manifest">What it is made of; the names are those of the copies.</param>
public sealed record ShardSnapshot(int Number, long Items, ShardManifest Manifest);
