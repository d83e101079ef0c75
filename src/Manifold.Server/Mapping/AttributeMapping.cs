using Google.Protobuf.WellKnownTypes;
using Manifold.Grains;
using Manifold.Index;
using V1 = Manifold.Protocol.V1;

namespace Manifold.Server;

/// <summary>Attributes between the wire and the index.</summary>
internal static class AttributeMapping
{
    /// <exception cref="ManifoldException">InvalidArgument: no kind, or a value that the kind does not allow.</exception>
    public static AttributeValue Read(V1.AttributeValue? value, string field)
    {
        try
        {
            return value?.KindCase switch
            {
                V1.AttributeValue.KindOneofCase.StringValue => AttributeValue.Of(value.StringValue),
                V1.AttributeValue.KindOneofCase.NumberValue => AttributeValue.Of(value.NumberValue),
                V1.AttributeValue.KindOneofCase.BoolValue => AttributeValue.Of(value.BoolValue),
                V1.AttributeValue.KindOneofCase.TimeValue => AttributeValue.Of(value.TimeValue.ToDateTimeOffset()),
                V1.AttributeValue.KindOneofCase.ListValue => AttributeValue.Of(value.ListValue.Values),
                V1.AttributeValue.KindOneofCase.GeoValue => AttributeValue.Of(ReadPoint(value.GeoValue)),
                _ => throw ManifoldException.Invalid(field, "the attribute has no value"),
            };
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw ManifoldException.Invalid(field, e.Message);
        }
    }

    public static GeoPoint ReadPoint(V1.GeoPoint point) => new(point.Latitude, point.Longitude);

    public static V1.AttributeValue Write(AttributeValue value) => value.Kind switch
    {
        AttributeKind.String => new V1.AttributeValue { StringValue = value.AsString },
        AttributeKind.Number => new V1.AttributeValue { NumberValue = value.AsNumber },
        AttributeKind.Bool => new V1.AttributeValue { BoolValue = value.AsBool },
        AttributeKind.Time => new V1.AttributeValue { TimeValue = Timestamp.FromDateTimeOffset(value.AsTime) },
        AttributeKind.StringList => new V1.AttributeValue { ListValue = new V1.StringList { Values = { value.AsStringList } } },
        AttributeKind.GeoPoint => new V1.AttributeValue { GeoValue = new V1.GeoPoint { Latitude = value.AsGeoPoint.Latitude, Longitude = value.AsGeoPoint.Longitude } },
        _ => throw new InvalidDataException($"an attribute of unknown kind {value.Kind}"),
    };
}
