using System.Globalization;
using Manifold.Client;

namespace Manifold.Cli.Output;

/// <summary>The shapes of the tool's JSON answers; docs/cli.md shows them.</summary>
internal static class JsonShapes
{
    public static object Of(CollectionInfo collection) => new
    {
        collection.Name,
        Spaces = collection.Spaces.Select(s => new { s.Name, s.Dimension, Metric = NameOf(s.Metric), s.Encoder, s.IsMultiVector, Precision = s.Precision.ToString().ToLowerInvariant(), s.CodeBits }),
        collection.ShardCount,
        collection.ReplicaCount,
        collection.Split,
        collection.Restore,
        collection.Reencoding,
        Created = collection.Created?.ToString("O", CultureInfo.InvariantCulture),
    };

    public static object Of(Item item) => new
    {
        item.Id,
        Modality = Captions.Of(item.Modality),
        Uri = item.ContentUri,
        item.Attributes,
        Vectors = item.Vectors.Count == 0 ? null : item.Vectors.ToDictionary(v => v.Key, v => v.Value.ToArray()),
        Places = item.Places.Count == 0 ? null : item.Places.ToDictionary(p => p.Key, p => p.Value.Select(Of)),
    };

    public static object Of(Hit hit) => new
    {
        hit.Item.Id,
        hit.Score,
        Modality = Captions.Of(hit.Item.Modality),
        Uri = hit.Item.ContentUri,
        hit.Item.Attributes,
        Matches = hit.Matches.Count == 0 ? null : hit.Matches.Select(m => new { m.QueryVector, m.ItemVector, m.Score, Place = m.Place is { } place ? Of(place) : null }),
    };

    private static object Of(Place place) => new
    {
        Box = place.Box is var (left, top, right, bottom) ? new[] { left, top, right, bottom } : null,
        place.Interval?.Start,
        place.Interval?.End,
    };

    /// <summary>As the command line names it.</summary>
    public static string NameOf(Metric metric) => metric switch
    {
        Metric.InnerProduct => "ip",
        Metric.L2 => "l2",
        _ => "cosine",
    };
}
