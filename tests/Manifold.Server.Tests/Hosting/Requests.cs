using System.Runtime.InteropServices;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Manifold.Protocol.V1;

namespace Manifold.Server.Tests;

/// <summary>Short ways to write messages of the wire.</summary>
internal static class Requests
{
    public static Vector Vector(params IEnumerable<float> values) => new() { Values = { values } };

    public static Vector Packed(params float[] values) => new() { Packed = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())) };

    /// <summary>The components, whichever form the vector has.</summary>
    public static float[] Read(Vector vector) =>
        vector.Packed.IsEmpty ? [.. vector.Values] : MemoryMarshal.Cast<byte, float>(vector.Packed.Span).ToArray();

    public static ItemInput Item(string id, params IEnumerable<float> vector) => new() { Item = new Item { Id = id, Vectors = { ["default"] = Vector(vector) } } };

    public static ItemInput With(this ItemInput input, string attribute, AttributeValue value)
    {
        input.Item.Attributes[attribute] = value;
        return input;
    }

    public static ItemInput Of(string id, Content content) => new() { Item = new Item { Id = id }, Content = content };

    public static Content Text(string text) => new() { Text = text };

    public static Content Image(byte[] bytes) => new() { Image = ByteString.CopyFrom(bytes) };

    public static UpsertRequest Upsert(string collection, params IEnumerable<ItemInput> items) => new() { Collection = collection, Items = { items } };

    public static UpsertRequest By(this UpsertRequest request, string writer, long sequence)
    {
        request.Writer = new WriterSequence { Writer = writer, Sequence = sequence };
        return request;
    }

    public static QueryRequest Query(string collection, params IEnumerable<float> vector) =>
        new() { Collection = collection, Parts = { new QueryPart { Vector = Vector(vector) } } };

    public static GetRequest Get(string collection, params IEnumerable<string> ids) => new() { Collection = collection, Ids = { ids } };

    public static AttributeValue Value(string text) => new() { StringValue = text };

    public static AttributeValue Value(double number) => new() { NumberValue = number };

    public static AttributeValue Value(bool value) => new() { BoolValue = value };

    public static AttributeValue Value(DateTimeOffset time) => new() { TimeValue = Timestamp.FromDateTimeOffset(time) };

    public static AttributeValue Value(double latitude, double longitude) => new() { GeoValue = Point(latitude, longitude) };

    public static GeoPoint Point(double latitude, double longitude) => new() { Latitude = latitude, Longitude = longitude };

    public static AttributeValue Values(params IEnumerable<string> texts) => new() { ListValue = new StringList { Values = { texts } } };

    public static Filter Equal(string attribute, AttributeValue value) => new() { Equal = new() { Attribute = attribute, Value = value } };

    public static Filter In(string attribute, params IEnumerable<AttributeValue> values) => new() { In = new() { Attribute = attribute, Values = { values } } };

    public static Filter Exists(string attribute) => new() { Exists = new() { Attribute = attribute } };

    public static Filter And(params IEnumerable<Filter> filters) => new() { And = new() { Filters_ = { filters } } };

    public static Filter Or(params IEnumerable<Filter> filters) => new() { Or = new() { Filters_ = { filters } } };

    public static Filter Not(Filter filter) => new() { Not = filter };

    public static Filter ModalityIs(params IEnumerable<Modality> modalities) => new() { Modality = new() { Modalities_ = { modalities } } };

    public static Filter IdIn(params IEnumerable<string> ids) => new() { Id = new() { Ids_ = { ids } } };

    /// <summary>Deterministic components between -1 and 1.</summary>
    public static float[] RandomVector(Random random, int dimension) => [.. Enumerable.Range(0, dimension).Select(_ => (random.NextSingle() * 2) - 1)];
}
