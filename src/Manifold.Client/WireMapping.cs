using System.Buffers.Binary;
using Google.Protobuf;
using Grpc.Core;
using V1 = Manifold.Protocol.V1;

namespace Manifold.Client;

/// <summary>Between the SDK's types and the messages of manifold.v1.</summary>
internal static class WireMapping
{
    public static V1.Vector ToWire(ReadOnlyMemory<float> vector)
    {
        var bytes = new byte[vector.Length * sizeof(float)];
        var span = vector.Span;
        for (var i = 0; i < span.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), span[i]);
        return new V1.Vector { Packed = UnsafeByteOperations.UnsafeWrap(bytes) };
    }

    public static ReadOnlyMemory<float> FromWire(V1.Vector vector)
    {
        if (vector.Packed.IsEmpty)
            return vector.Values.ToArray();

        var bytes = vector.Packed.Span;
        var values = new float[bytes.Length / sizeof(float)];
        for (var i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
        return values;
    }

    public static V1.Content ToWire(Content content) => content.Modality switch
    {
        Modality.Text => new V1.Content { Text = content.Text },
        Modality.Image => new V1.Content { Image = UnsafeByteOperations.UnsafeWrap(content.Bytes) },
        Modality.Audio => new V1.Content { Audio = UnsafeByteOperations.UnsafeWrap(content.Bytes) },
        _ => new V1.Content { Video = UnsafeByteOperations.UnsafeWrap(content.Bytes) },
    };

    public static V1.ItemInput ToWire(ItemInput input)
    {
        var modality = input.Modality == Modality.None && input.Content is { } content ? content.Modality : input.Modality;
        var item = new V1.Item { Id = input.Id, Modality = (V1.Modality)modality, ContentUri = input.ContentUri };
        foreach (var (space, vector) in input.Vectors)
            item.Vectors.Add(space, ToWire(vector));
        foreach (var (space, places) in input.Places)
            item.Places.Add(space, new V1.Places { Places_ = { places.Select(place => place.ToWire()) } });
        foreach (var (name, value) in input.Attributes)
            item.Attributes.Add(name, AttributeMapping.ToWire(name, value));
        return new V1.ItemInput { Item = item, Content = input.Content is null ? null : ToWire(input.Content) };
    }

    public static V1.AttributeUpdate ToWire(AttributeUpdate update)
    {
        var wire = new V1.AttributeUpdate { Id = update.Id, Clear = update.Clear, Remove = { update.Remove } };
        foreach (var (name, value) in update.Set)
            wire.Set.Add(name, AttributeMapping.ToWire(name, value));
        return wire;
    }

    public static Item FromWire(V1.Item item) => new()
    {
        Id = item.Id,
        Modality = (Modality)item.Modality,
        Vectors = item.Vectors.ToDictionary(v => v.Key, v => FromWire(v.Value)),
        Places = item.Places.ToDictionary(p => p.Key, p => (IReadOnlyList<Place>)[.. p.Value.Places_.Select(Place.FromWire)]),
        Attributes = item.Attributes
            .Select(a => (a.Key, Value: AttributeMapping.FromWire(a.Value)))
            .Where(a => a.Value is not null)
            .ToDictionary(a => a.Key, a => a.Value!),
        ContentUri = item.ContentUri,
    };

    public static Hit FromWire(V1.Hit hit) => new(FromWire(hit.Item), hit.Score)
    {
        Matches = [.. hit.Matches.Select(m => new VectorMatch(m.QueryVector, m.ItemVector, m.Score, m.Place is null ? null : Place.FromWire(m.Place)))],
    };

    public static V1.QueryPart ToWire(QueryPart part)
    {
        var wire = part switch
        {
            { Vector: { } vector } => new V1.QueryPart { Vector = ToWire(vector) },
            { ItemId: { } id } => new V1.QueryPart { ItemId = id },
            { Content: { Modality: Modality.Text } content } => new V1.QueryPart { Text = content.Text },
            { Content: { Modality: Modality.Audio } content } => new V1.QueryPart { Audio = UnsafeByteOperations.UnsafeWrap(content.Bytes) },
            { Content: { Modality: Modality.Video } content } => new V1.QueryPart { Video = UnsafeByteOperations.UnsafeWrap(content.Bytes) },
            _ => new V1.QueryPart { Image = UnsafeByteOperations.UnsafeWrap(part.Content!.Bytes) },
        };
        wire.Weight = part.Weight;
        return wire;
    }

    public static WriteResult FromWire(V1.WriteResponse response) => new(
        response.Written,
        [.. response.Errors.Select(FromWire)],
        [.. response.Positions.Select(p => new ShardPosition(p.Shard, p.Position))],
        (Acknowledgement)response.Acknowledgement);

    public static ItemError FromWire(V1.ItemError error) => new(error.Index, error.Id, (StatusCode)error.Code, error.Field, error.Message);

    public static FacetResult FromWire(V1.FacetsResponse response) => new(
        [.. response.Values.Select(v => new FacetValue(AttributeMapping.FromWire(v.Value)!, v.Count))],
        response.HasMore,
        response.Complete,
        FromWire(response.Numbers),
        FromWire(response.Times));

    private static FacetRange? FromWire(V1.FacetRange? range) => range is null
        ? null
        : new(AttributeMapping.FromWire(range.Min)!, AttributeMapping.FromWire(range.Max)!, range.Count, [.. range.Buckets]);

    public static V1.Space ToWire(Space space) => new()
    {
        Name = space.Name,
        Dimension = space.Dimension,
        Metric = (V1.Metric)space.Metric,
        Encoder = space.Encoder,
        MultiVector = space.IsMultiVector,
        Precision = (V1.Precision)space.Precision,
        CodeBits = space.CodeBits,
    };

    private static Space FromWire(V1.Space space) => new()
    {
        Name = space.Name,
        Dimension = space.Dimension,
        Metric = (Metric)space.Metric,
        Encoder = space.Encoder,
        IsMultiVector = space.MultiVector,
        Precision = space.Precision == V1.Precision.Unspecified ? Precision.Float32 : (Precision)space.Precision,
        CodeBits = space.CodeBits == 0 ? 4 : space.CodeBits,
    };

    public static CollectionInfo FromWire(V1.Collection collection) => new(
        collection.Name,
        [.. collection.Spaces.Select(FromWire)],
        collection.ShardCount,
        collection.Created?.ToDateTimeOffset(),
        Math.Max(1, collection.ReplicaCount),
        collection.Split is { } split ? new CollectionSplit(split.ShardCount, split.Ready) : null,
        collection.Restore is { } restore ? new CollectionRestore(restore.Ready, restore.Failure) : null,
        FromWire(collection.Reencoding));

    private static CollectionReencoding? FromWire(V1.CollectionReencoding? reencoding) => reencoding is null
        ? null
        : new(
            reencoding.Space, reencoding.Rate, reencoding.Complete, reencoding.Items, reencoding.Encoded, reencoding.Failed,
            [.. reencoding.Failures.Select(f => new ReencodingFailure(f.Id, f.Reason))], reencoding.Waiting);
}
