using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using V1 = Manifold.Protocol.V1;

namespace Manifold.Client;

/// <summary>Between .NET values and the wire's attribute values.</summary>
internal static class AttributeMapping
{
    /// <summary>2^53: up to here every integer is a double.</summary>
    private const long LargestExactInteger = 1L << 53;

    /// <exception cref="ArgumentException">The value is of no kind that an attribute can have, or would be rounded.</exception>
    public static V1.AttributeValue ToWire(string name, object? value) => value switch
    {
        string text => new() { StringValue = text },
        bool flag => new() { BoolValue = flag },
        DateTimeOffset time => new() { TimeValue = Timestamp.FromDateTimeOffset(time) },
        DateTime { Kind: not DateTimeKind.Unspecified } time => new() { TimeValue = Timestamp.FromDateTime(time.ToUniversalTime()) },
        DateTime => throw new ArgumentException($"attribute '{name}' is a time without a zone", nameof(value)),
        double or float or Half or decimal => Number(name, Convert.ToDouble(value is Half half ? (double)half : value, CultureInfo.InvariantCulture)),
        ulong and > LargestExactInteger => throw Inexact(name),
        long and (> LargestExactInteger or < -LargestExactInteger) => throw Inexact(name),
        byte or sbyte or short or ushort or int or uint or long or ulong => Number(name, Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        GeoPoint point => new() { GeoValue = ToWire(point) },
        IEnumerable<string> list => new() { ListValue = new V1.StringList { Values = { list } } },
        null => throw new ArgumentException($"attribute '{name}' is null: leave it out instead", nameof(value)),
        _ => throw new ArgumentException($"attribute '{name}' is a {value.GetType().Name}: use a string, number, bool, DateTimeOffset, GeoPoint or list of strings", nameof(value)),
    };

    public static V1.GeoPoint ToWire(GeoPoint point) => new() { Latitude = point.Latitude, Longitude = point.Longitude };

    public static GeoPoint FromWire(V1.GeoPoint point) => new(point.Latitude, point.Longitude);

    public static object? FromWire(V1.AttributeValue value) => value.KindCase switch
    {
        V1.AttributeValue.KindOneofCase.StringValue => value.StringValue,
        V1.AttributeValue.KindOneofCase.NumberValue => value.NumberValue,
        V1.AttributeValue.KindOneofCase.BoolValue => value.BoolValue,
        V1.AttributeValue.KindOneofCase.TimeValue => value.TimeValue.ToDateTimeOffset(),
        V1.AttributeValue.KindOneofCase.GeoValue => FromWire(value.GeoValue),
        V1.AttributeValue.KindOneofCase.ListValue => (IReadOnlyList<string>)[.. value.ListValue.Values],
        _ => null,
    };

    private static V1.AttributeValue Number(string name, double number) => double.IsFinite(number)
        ? new() { NumberValue = number }
        : throw new ArgumentException($"attribute '{name}' is not a finite number", nameof(number));

    private static ArgumentException Inexact(string name) =>
        new($"attribute '{name}' is an integer beyond 2^53, which would be rounded: make it a string");
}
