using System.Text.Json;

namespace Manifold.Storage;

/// <summary>What a segment store shows of the cluster that uses it: the object <see cref="ObjectName"/>, JSON.</summary>
/// <param name="ClusterId">The cluster.</param>
/// <param name="StoreId">Drawn at random when the marker was written: tells this store from another that the same cluster was given.</param>
/// <param name="Created">When it was written.</param>
public sealed record SegmentStoreMarker(string ClusterId, Guid StoreId, DateTimeOffset Created)
{
    /// <summary>The marker's name in every store. No other object can have it.</summary>
    public const string ObjectName = "manifold-cluster.json";

    // A marker is some 130 bytes; what is larger is something else.
    internal const int MaxBytes = 4096;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    internal static SegmentStoreMarker New(string clusterId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(clusterId);
        return new SegmentStoreMarker(clusterId, Guid.NewGuid(), DateTimeOffset.UtcNow);
    }

    internal byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <exception cref="CorruptDataException">The bytes are no marker; names <paramref name="place"/>.</exception>
    internal static SegmentStoreMarker Decode(ReadOnlySpan<byte> bytes, string place)
    {
        try
        {
            if (JsonSerializer.Deserialize<SegmentStoreMarker>(bytes, Json) is { } marker)
                return marker;
        }
        catch (JsonException e)
        {
            throw new CorruptDataException($"{place} is no marker of a cluster: {e.Message}", e);
        }
        throw new CorruptDataException($"{place} is no marker of a cluster");
    }

    /// <summary>This marker, if it is the cluster's.</summary>
    /// <exception cref="SegmentStoreClaimedException">It is another cluster's.</exception>
    internal SegmentStoreMarker Of(string clusterId, string location) => ClusterId == clusterId
        ? this
        : throw new SegmentStoreClaimedException(
            $"the segment store {location} belongs to cluster \"{ClusterId}\", and this silo to cluster \"{clusterId}\". Give each cluster a store of its own with " +
            $"{SegmentStoreUri.Key}; if cluster \"{ClusterId}\" is gone for good, delete {ObjectName} from the store.");
}
