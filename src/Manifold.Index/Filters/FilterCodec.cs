using System.Buffers;

namespace Manifold.Index;

/// <summary>The binary form of a filter: a tag byte for each part, then its fields; lengths are LEB128.</summary>
public static class FilterCodec
{
    private enum Tag : byte
    {
        Equals = 1,
        In = 2,
        Range = 3,
        Exists = 4,
        Modality = 5,
        Ids = 6,
        And = 7,
        Or = 8,
        Not = 9,
        Prefix = 10,
        AllOf = 11,
        GeoRadius = 12,
        GeoBox = 13,
    }

    /// <summary>Appends the binary form of a valid filter.</summary>
    /// <exception cref="ArgumentException">A name or id has no UTF-8 form.</exception>
    public static void Write(Filter filter, IBufferWriter<byte> output)
    {
        switch (filter)
        {
            case Filter.FieldEquals(var name, var value):
                output.WriteByte((byte)Tag.Equals);
                output.WriteText(name);
                value.Write(output);
                break;
            case Filter.FieldIn(var name, var values):
                output.WriteByte((byte)Tag.In);
                output.WriteText(name);
                output.WriteVarint(values.Count);
                foreach (var value in values) value.Write(output);
                break;
            case Filter.FieldRange range:
                output.WriteByte((byte)Tag.Range);
                output.WriteText(range.Name);
                foreach (var bound in (ReadOnlySpan<AttributeValue?>)[range.GreaterThan, range.GreaterOrEqual, range.LessThan, range.LessOrEqual])
                {
                    output.WriteByte(bound is null ? (byte)0 : (byte)1);
                    bound?.Write(output);
                }

                break;
            case Filter.FieldExists(var name):
                output.WriteByte((byte)Tag.Exists);
                output.WriteText(name);
                break;
            case Filter.FieldPrefix(var name, var prefix):
                output.WriteByte((byte)Tag.Prefix);
                output.WriteText(name);
                output.WriteText(prefix);
                break;
            case Filter.FieldAllOf(var name, var values):
                output.WriteByte((byte)Tag.AllOf);
                output.WriteText(name);
                WriteTexts(values, output);
                break;
            case Filter.FieldGeoRadius(var name, var center, var metres):
                output.WriteByte((byte)Tag.GeoRadius);
                output.WriteText(name);
                WriteDoubles([center.Latitude, center.Longitude, metres], output);
                break;
            case Filter.FieldGeoBox(var name, var southWest, var northEast):
                output.WriteByte((byte)Tag.GeoBox);
                output.WriteText(name);
                WriteDoubles([southWest.Latitude, southWest.Longitude, northEast.Latitude, northEast.Longitude], output);
                break;
            case Filter.ModalityIs(var values):
                output.WriteByte((byte)Tag.Modality);
                WriteTexts(values, output);
                break;
            case Filter.IdIn(var ids):
                output.WriteByte((byte)Tag.Ids);
                WriteTexts(ids, output);
                break;
            case Filter.And(var parts):
                WriteParts(Tag.And, parts, output);
                break;
            case Filter.Or(var parts):
                WriteParts(Tag.Or, parts, output);
                break;
            case Filter.Not(var part):
                output.WriteByte((byte)Tag.Not);
                Write(part, output);
                break;
        }
    }

    /// <summary>Reads a filter that fills the whole span. The result may still fail <see cref="FilterValidation"/>.</summary>
    /// <exception cref="InvalidDataException">The bytes are malformed, or nested deeper than <see cref="Filter.MaxDepth"/>.</exception>
    public static Filter Read(ReadOnlySpan<byte> source)
    {
        var reader = new ByteReader(source);
        var filter = Read(ref reader, 1);
        return reader.Remaining == 0 ? filter : throw reader.Malformed("bytes follow the filter");
    }

    private static Filter Read(ref ByteReader reader, int depth)
    {
        if (depth > Filter.MaxDepth) throw reader.Malformed($"the filter is nested deeper than {Filter.MaxDepth} levels");
        var tag = (Tag)reader.ReadByte();
        switch (tag)
        {
            case Tag.Equals:
                return new Filter.FieldEquals(ReadText(ref reader), AttributeValue.Read(ref reader));
            case Tag.In:
                var name = ReadText(ref reader);
                var values = new AttributeValue[ReadCount(ref reader)];
                for (var i = 0; i < values.Length; i++) values[i] = AttributeValue.Read(ref reader);
                return new Filter.FieldIn(name, values);
            case Tag.Range:
                return new Filter.FieldRange(ReadText(ref reader), ReadBound(ref reader), ReadBound(ref reader), ReadBound(ref reader), ReadBound(ref reader));
            case Tag.Exists:
                return new Filter.FieldExists(ReadText(ref reader));
            case Tag.Prefix:
                return new Filter.FieldPrefix(ReadText(ref reader), ReadText(ref reader));
            case Tag.AllOf:
                return new Filter.FieldAllOf(ReadText(ref reader), ReadTexts(ref reader));
            case Tag.GeoRadius:
                return new Filter.FieldGeoRadius(ReadText(ref reader), ReadPoint(ref reader), ReadDouble(ref reader));
            case Tag.GeoBox:
                return new Filter.FieldGeoBox(ReadText(ref reader), ReadPoint(ref reader), ReadPoint(ref reader));
            case Tag.Modality:
                return new Filter.ModalityIs(ReadTexts(ref reader));
            case Tag.Ids:
                return new Filter.IdIn(ReadTexts(ref reader));
            case Tag.And:
                return new Filter.And(ReadParts(ref reader, depth));
            case Tag.Or:
                return new Filter.Or(ReadParts(ref reader, depth));
            case Tag.Not:
                return new Filter.Not(Read(ref reader, depth + 1));
            default:
                throw reader.Malformed($"filter tag {(byte)tag} is unknown");
        }
    }

    private static void WriteDoubles(ReadOnlySpan<double> numbers, IBufferWriter<byte> output)
    {
        foreach (var number in numbers) output.WriteInt64(BitConverter.DoubleToInt64Bits(number));
    }

    private static void WriteTexts(IReadOnlyList<string> texts, IBufferWriter<byte> output)
    {
        output.WriteVarint(texts.Count);
        foreach (var text in texts) output.WriteText(text);
    }

    private static void WriteParts(Tag tag, IReadOnlyList<Filter> parts, IBufferWriter<byte> output)
    {
        output.WriteByte((byte)tag);
        output.WriteVarint(parts.Count);
        foreach (var part in parts) Write(part, output);
    }

    private static double ReadDouble(ref ByteReader reader) => BitConverter.Int64BitsToDouble(reader.ReadInt64());

    private static GeoPoint ReadPoint(ref ByteReader reader) => new(ReadDouble(ref reader), ReadDouble(ref reader));

    private static string ReadText(ref ByteReader reader) => Utf8Text.Decode(reader.ReadText());

    private static string[] ReadTexts(ref ByteReader reader)
    {
        var texts = new string[ReadCount(ref reader)];
        for (var i = 0; i < texts.Length; i++) texts[i] = ReadText(ref reader);
        return texts;
    }

    private static Filter[] ReadParts(ref ByteReader reader, int depth)
    {
        var parts = new Filter[ReadCount(ref reader)];
        for (var i = 0; i < parts.Length; i++) parts[i] = Read(ref reader, depth + 1);
        return parts;
    }

    private static AttributeValue? ReadBound(ref ByteReader reader) => reader.ReadByte() switch
    {
        0 => null,
        1 => AttributeValue.Read(ref reader),
        _ => throw reader.Malformed("the mark of a bound is neither 0 nor 1"),
    };

    /// <summary>A number of elements, each at least one byte long: never more than the bytes that remain, so that hostile counts allocate nothing.</summary>
    private static int ReadCount(ref ByteReader reader)
    {
        var count = reader.ReadVarint();
        return count <= reader.Remaining ? count : throw reader.Malformed($"{count} elements are announced in {reader.Remaining} bytes");
    }
}
