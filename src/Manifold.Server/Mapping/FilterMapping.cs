using System.Buffers;
using Manifold.Grains;
using Manifold.Index;
using V1 = Manifold.Protocol.V1;

namespace Manifold.Server;

/// <summary>Filters from the wire.</summary>
internal static class FilterMapping
{
    /// <returns>The filter in its binary form, as it travels to shards; <c>null</c> where there is none.</returns>
    /// <exception cref="ManifoldException">InvalidArgument, naming the condition at fault.</exception>
    public static byte[]? ReadEncoded(V1.Filter? filter)
    {
        if (filter is null)
        {
            return null;
        }
        var read = Read(filter, "filter", depth: 1);
        if (FilterValidation.Validate(read) is [var error, ..])
        {
            throw ManifoldException.Invalid(error.Field, error.Message);
        }
        var buffer = new ArrayBufferWriter<byte>();
        FilterCodec.Write(read, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    private static Filter Read(V1.Filter filter, string field, int depth)
    {
        if (depth > Filter.MaxDepth)
        {
            throw ManifoldException.Invalid(field, $"the filter is nested more than {Filter.MaxDepth} deep");
        }
        return filter.KindCase switch
        {
            V1.Filter.KindOneofCase.Equal => new Filter.FieldEquals(filter.Equal.Attribute, AttributeMapping.Read(filter.Equal.Value, $"{field}.equal.value")),
            V1.Filter.KindOneofCase.In => new Filter.FieldIn(
                filter.In.Attribute, [.. filter.In.Values.Select((v, i) => AttributeMapping.Read(v, $"{field}.in.values[{i}]"))]),
            V1.Filter.KindOneofCase.Range => ReadRange(filter.Range, $"{field}.range"),
            V1.Filter.KindOneofCase.Exists => new Filter.FieldExists(filter.Exists.Attribute),
            V1.Filter.KindOneofCase.And => new Filter.And(ReadAll(filter.And, $"{field}.and", depth)),
            V1.Filter.KindOneofCase.Or => new Filter.Or(ReadAll(filter.Or, $"{field}.or", depth)),
            V1.Filter.KindOneofCase.Not => new Filter.Not(Read(filter.Not, $"{field}.not", depth + 1)),
            V1.Filter.KindOneofCase.Modality => new Filter.ModalityIs(
                [.. filter.Modality.Modalities_.Select((m, i) => ModalityMapping.Read(m, $"{field}.modality.modalities[{i}]"))]),
            V1.Filter.KindOneofCase.Id => new Filter.IdIn([.. filter.Id.Ids_]),
            V1.Filter.KindOneofCase.Prefix => new Filter.FieldPrefix(filter.Prefix.Attribute, filter.Prefix.Prefix_),
            V1.Filter.KindOneofCase.AllOf => new Filter.FieldAllOf(filter.AllOf.Attribute, [.. filter.AllOf.Values]),
            V1.Filter.KindOneofCase.GeoRadius => new Filter.FieldGeoRadius(
                filter.GeoRadius.Attribute, ReadPoint(filter.GeoRadius.Center, $"{field}.geo_radius.center"), filter.GeoRadius.Metres),
            V1.Filter.KindOneofCase.GeoBox => new Filter.FieldGeoBox(
                filter.GeoBox.Attribute, ReadPoint(filter.GeoBox.SouthWest, $"{field}.geo_box.south_west"), ReadPoint(filter.GeoBox.NorthEast, $"{field}.geo_box.north_east")),
            _ => throw ManifoldException.Invalid(field, "the condition is empty"),
        };
    }

    private static GeoPoint ReadPoint(V1.GeoPoint? point, string field) =>
        point is null ? throw ManifoldException.Invalid(field, "the point is missing") : AttributeMapping.ReadPoint(point);

    private static Filter.FieldRange ReadRange(V1.Filter.Types.Range range, string field)
    {
        return new Filter.FieldRange(
            range.Attribute,
            Bound(range.GreaterThan, "greater_than"),
            Bound(range.GreaterOrEqual, "greater_or_equal"),
            Bound(range.LessThan, "less_than"),
            Bound(range.LessOrEqual, "less_or_equal"));

        AttributeValue? Bound(V1.AttributeValue? value, string name) => value is null ? null : AttributeMapping.Read(value, $"{field}.{name}");
    }

    private static List<Filter> ReadAll(V1.Filter.Types.Filters filters, string field, int depth) =>
        [.. filters.Filters_.Select((f, i) => Read(f, $"{field}[{i}]", depth + 1))];
}
