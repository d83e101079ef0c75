using Google.Protobuf.WellKnownTypes;
using Manifold.Grains;
using Manifold.Index;
using V1 = Manifold.Protocol.V1;

namespace Manifold.Server;

/// <summary>Collections between the wire and the catalog.</summary>
internal static class CollectionMapping
{
    public static V1.Collection Write(CollectionInfo collection, SplitProgress? progress = null, RestoreProgress? restore = null) => new()
    {
        Name = collection.Name,
        ShardCount = collection.ShardCount,
        ReplicaCount = collection.ReplicaCount,
        Split = collection.SplitTo == 0 ? null : new V1.CollectionSplit { ShardCount = collection.SplitTo, Ready = progress?.Ready ?? 0 },
        Restore = collection.IsRestoring ? new V1.CollectionRestore { Ready = restore?.Ready ?? 0, Failure = restore?.Failure ?? "" } : null,
        Reencoding = collection.Reencoding is { } run ? new V1.CollectionReencoding { Space = run.Space, Rate = run.Rate, Complete = run.IsComplete } : null,
        Created = Timestamp.FromDateTimeOffset(collection.Created),
        Spaces =
        {
            collection.Spaces.Select(s => new V1.Space
            {
                Name = s.Name, Dimension = s.Dimension, Metric = Write(s.Metric), Encoder = s.Encoder, MultiVector = s.IsMultiVector,
                Precision = Write(s.Precision), CodeBits = s.ToSchema().CodeBits,
            }),
        },
    };

    public static void Write(ReencodeProgress progress, V1.CollectionReencoding reencoding)
    {
        reencoding.Failed = progress.Failed;
        reencoding.Failures.AddRange(progress.Failures.Select(failure => new V1.ReencodingFailure { Id = failure.Id, Reason = failure.Reason }));
        reencoding.Waiting = progress.Waiting;
    }

    /// <exception cref="ManifoldException">InvalidArgument: a number that stands for nothing.</exception>
    public static Metric Read(V1.Metric metric, string field) => metric switch
    {
        V1.Metric.Unspecified or V1.Metric.Cosine => Metric.Cosine,
        V1.Metric.InnerProduct => Metric.InnerProduct,
        V1.Metric.L2 => Metric.L2,
        _ => throw ManifoldException.Invalid(field, $"there is no metric {(int)metric}"),
    };

    /// <exception cref="ManifoldException">InvalidArgument: a number that stands for nothing.</exception>
    public static VectorPrecision Read(V1.Precision precision, string field) => precision switch
    {
        V1.Precision.Unspecified or V1.Precision.Float32 => VectorPrecision.Float32,
        V1.Precision.Float16 => VectorPrecision.Float16,
        V1.Precision.Int8 => VectorPrecision.Int8,
        _ => throw ManifoldException.Invalid(field, $"there is no precision {(int)precision}"),
    };

    private static V1.Precision Write(VectorPrecision precision) => precision switch
    {
        VectorPrecision.Float16 => V1.Precision.Float16,
        VectorPrecision.Int8 => V1.Precision.Int8,
        _ => V1.Precision.Float32,
    };

    private static V1.Metric Write(Metric metric) => metric switch
    {
        Metric.InnerProduct => V1.Metric.InnerProduct,
        Metric.L2 => V1.Metric.L2,
        _ => V1.Metric.Cosine,
    };
}
