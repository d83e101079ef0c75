using System.Buffers;
using System.Globalization;

namespace Manifold.Index;

/// <summary>One typed, immutable attribute value. Equality is of kind and content; safe to share between threads.</summary>
public sealed class AttributeValue : IEquatable<AttributeValue>
{
    private static readonly long MinMicroseconds = ToMicroseconds(DateTimeOffset.MinValue);
    private static readonly long MaxMicroseconds = ToMicroseconds(DateTimeOffset.MaxValue);

    private readonly object? _object;
    private readonly long _bits;

    private AttributeValue(AttributeKind kind, object? @object, long bits)
    {
        Kind = kind;
        _object = @object;
        _bits = bits;
    }

    /// <summary>Which of the <c>As…</c> members may be read.</summary>
    public AttributeKind Kind { get; }

    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public string AsString => (string)Expect(AttributeKind.String)._object!;

    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public double AsNumber => BitConverter.Int64BitsToDouble(Expect(AttributeKind.Number)._bits);

    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public bool AsBool => Expect(AttributeKind.Bool)._bits != 0;

    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public DateTimeOffset AsTime => DateTimeOffset.UnixEpoch.AddTicks(AsUnixMicroseconds * TimeSpan.TicksPerMicrosecond);

    /// <summary>Microseconds since 1970-01-01T00:00:00Z.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public long AsUnixMicroseconds => Expect(AttributeKind.Time)._bits;

    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public IReadOnlyList<string> AsStringList => (string[])Expect(AttributeKind.StringList)._object!;

    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public GeoPoint AsGeoPoint => (GeoPoint)Expect(AttributeKind.GeoPoint)._object!;

    /// <exception cref="ArgumentException">The text holds a lone surrogate.</exception>
    public static AttributeValue Of(string text) => new(AttributeKind.String, CheckText(text), 0);

    /// <exception cref="ArgumentException">The number is NaN.</exception>
    public static AttributeValue Of(double number)
    {
        if (double.IsNaN(number)) throw new ArgumentException("A number attribute cannot be NaN.", nameof(number));
        return new(AttributeKind.Number, null, BitConverter.DoubleToInt64Bits(number + 0.0)); // -0 + 0 is +0
    }

    public static AttributeValue Of(bool value) => new(AttributeKind.Bool, null, value ? 1 : 0);

    /// <summary>A moment, cut to whole microseconds.</summary>
    public static AttributeValue Of(DateTimeOffset time) => new(AttributeKind.Time, null, ToMicroseconds(time));

    /// <exception cref="ArgumentException">A text holds a lone surrogate.</exception>
    public static AttributeValue Of(IEnumerable<string> texts) => new(AttributeKind.StringList, texts.Select(CheckText).ToArray(), 0);

    /// <exception cref="ArgumentException">The latitude or the longitude is out of range.</exception>
    public static AttributeValue Of(GeoPoint point) => point.IsValid
        ? new(AttributeKind.GeoPoint, point.Normalized, 0)
        : throw new ArgumentException($"The latitude {point.Latitude} is not -90 to 90, or the longitude {point.Longitude} not -180 to 180.", nameof(point));

    public static implicit operator AttributeValue(string text) => Of(text);

    public static implicit operator AttributeValue(double number) => Of(number);

    public static implicit operator AttributeValue(bool value) => Of(value);

    public static implicit operator AttributeValue(DateTimeOffset time) => Of(time);

    public static implicit operator AttributeValue(string[] texts) => Of(texts);

    public static implicit operator AttributeValue(GeoPoint point) => Of(point);

    public bool Equals(AttributeValue? other) =>
        other is not null && Kind == other.Kind && _bits == other._bits && Kind switch
        {
            AttributeKind.String => AsString == other.AsString,
            AttributeKind.StringList => AsStringList.SequenceEqual(other.AsStringList),
            AttributeKind.GeoPoint => AsGeoPoint == other.AsGeoPoint,
            _ => true,
        };

    public override bool Equals(object? obj) => Equals(obj as AttributeValue);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Kind);
        hash.Add(_bits);
        if (_object is string text) hash.Add(text, StringComparer.Ordinal);
        if (_object is GeoPoint point) hash.Add(point);
        foreach (var element in _object as string[] ?? []) hash.Add(element, StringComparer.Ordinal);
        return hash.ToHashCode();
    }

    public override string ToString() => Kind switch
    {
        AttributeKind.String => AsString,
        AttributeKind.Number => AsNumber.ToString("R", CultureInfo.InvariantCulture),
        AttributeKind.Bool => AsBool ? "true" : "false",
        AttributeKind.Time => AsTime.ToString("O", CultureInfo.InvariantCulture),
        AttributeKind.GeoPoint => string.Create(CultureInfo.InvariantCulture, $"({AsGeoPoint.Latitude:R}, {AsGeoPoint.Longitude:R})"),
        _ => "[" + string.Join(", ", AsStringList) + "]",
    };

    /// <summary>Writes kind, length and payload; <see cref="Read"/> is the inverse.</summary>
    internal void Write(IBufferWriter<byte> output)
    {
        output.WriteByte((byte)Kind);
        switch (Kind)
        {
            case AttributeKind.String:
                output.WriteText(AsString);
                break;
            case AttributeKind.Bool:
                output.WriteVarint(1);
                output.WriteByte((byte)_bits);
                break;
            case AttributeKind.StringList:
                var list = new ArrayBufferWriter<byte>();
                foreach (var text in AsStringList) list.WriteText(text);
                output.WriteBlock(list.WrittenSpan);
                break;
            case AttributeKind.GeoPoint:
                output.WriteVarint(2 * sizeof(double));
                output.WriteInt64(BitConverter.DoubleToInt64Bits(AsGeoPoint.Latitude));
                output.WriteInt64(BitConverter.DoubleToInt64Bits(AsGeoPoint.Longitude));
                break;
            default:
                output.WriteVarint(sizeof(long));
                output.WriteInt64(_bits);
                break;
        }
    }

    /// <summary>Reads and checks what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The bytes are malformed.</exception>
    internal static AttributeValue Read(ref ByteReader reader)
    {
        var kind = ReadChecked(ref reader, out var payload);
        var value = new ByteReader(payload);
        switch (kind)
        {
            case AttributeKind.String:
                return new(kind, Utf8Text.Decode(payload), 0);
            case AttributeKind.Bool:
                return new(kind, null, payload[0]);
            case AttributeKind.StringList:
                var texts = new List<string>();
                while (value.Remaining > 0) texts.Add(Utf8Text.Decode(value.ReadBlock()));
                return new(kind, texts.ToArray(), 0);
            case AttributeKind.GeoPoint:
                return new(kind, ReadPoint(ref value), 0);
            default:
                return new(kind, null, value.ReadInt64());
        }
    }

    /// <summary>Reads one value without making objects.</summary>
    /// <exception cref="InvalidDataException">The bytes are malformed.</exception>
    internal static AttributeKind ReadChecked(ref ByteReader reader, out ReadOnlySpan<byte> payload)
    {
        var kind = (AttributeKind)reader.ReadByte();
        payload = kind == AttributeKind.String ? reader.ReadText() : reader.ReadBlock();
        var value = new ByteReader(payload);
        switch (kind)
        {
            case AttributeKind.String:
                return kind;
            case AttributeKind.Number when payload.Length == sizeof(double):
                var number = BitConverter.Int64BitsToDouble(value.ReadInt64());
                if (double.IsNaN(number) || IsNegativeZero(number)) break;
                return kind;
            case AttributeKind.Bool when payload.Length == 1 && payload[0] <= 1:
                return kind;
            case AttributeKind.Time when payload.Length == sizeof(long):
                var time = value.ReadInt64();
                if (time < MinMicroseconds || time > MaxMicroseconds) break;
                return kind;
            case AttributeKind.StringList:
                while (value.Remaining > 0) value.ReadText();
                return kind;
            case AttributeKind.GeoPoint when payload.Length == 2 * sizeof(double):
                var point = ReadPoint(ref value);
                if (!point.IsValid || IsNegativeZero(point.Latitude) || IsNegativeZero(point.Longitude)) break;
                return kind;
        }

        throw reader.Malformed($"an attribute value of kind {(byte)kind} and {payload.Length} bytes is not possible");
    }

    private static GeoPoint ReadPoint(ref ByteReader reader) =>
        new(BitConverter.Int64BitsToDouble(reader.ReadInt64()), BitConverter.Int64BitsToDouble(reader.ReadInt64()));

    private static bool IsNegativeZero(double number) => number == 0 && double.IsNegative(number);

    private static long ToMicroseconds(DateTimeOffset time)
    {
        // Floor, so that a moment before 1970 is cut in the same direction as one after it.
        var (microseconds, rest) = Math.DivRem(time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks, TimeSpan.TicksPerMicrosecond);
        return rest < 0 ? microseconds - 1 : microseconds;
    }

    private static string CheckText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Utf8Text.CountBytes(text) >= 0 ? text : throw new ArgumentException("The text holds a lone surrogate and has no UTF-8 form.", nameof(text));
    }

    private AttributeValue Expect(AttributeKind kind) =>
        Kind == kind ? this : throw new InvalidOperationException($"The attribute value is a {Kind}, not a {kind}.");
}
