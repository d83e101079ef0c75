using Google.Protobuf.WellKnownTypes;
using Manifold.Grains;
using Manifold.Index;
using V1 = Manifold.Protocol.V1;

namespace Manifold.Server;

/// <summary>Collections between the wire and the catalog.</summary>
internal static class CollectionMapping
{
    public static V1.Collection Write(CollectionInfo collection) => new()
    {
        Name = collection.Name,
        ShardCount = collection.ShardCount,
        Created = Timestamp.FromDateTimeOffset(collection.Created),
        Spaces =
        {
            collection.Spaces.Select(s => new V1.Space
            {
                Name = s.Name, Dimension = s.Dimension, Metric = Write(s.Metric), Encoder = s.Encoder, MultiVector = s.IsMultiVector,
            }),
        },
    };

    /// <exception cref="ManifoldException">InvalidArgument: a number that stands for nothing.</exception>
    public static Metric Read(V1.Metric metric, string field) => metric switch
    {
        V1.Metric.Unspecified or V1.Metric.Cosine => Metric.Cosine,
        V1.Metric.InnerProduct => Metric.InnerProduct,
        V1.Metric.L2 => Metric.L2,
        _ => throw ManifoldException.Invalid(field, $"there is no metric {(int)metric}"),
    };

    private static V1.Metric Write(Metric metric) => metric switch
    {
        Metric.InnerProduct => V1.Metric.InnerProduct,
        Metric.L2 => V1.Metric.L2,
        _ => V1.Metric.Cosine,
    };
}
