using System.Buffers;

namespace Manifold.Index.Tests;

/// <summary>Items for tests: three spaces, one of them with several vectors an item, small whole-numbered vectors (so that scores tie), attributes of all kinds.</summary>
internal static class SampleItems
{
    public static IReadOnlyList<SpaceSchema> Spaces { get; } = [new("image", 8, Metric.Cosine), new("caption", 5, Metric.L2), new("moments", 3, Metric.InnerProduct) { IsMultiVector = true }];

    private static readonly string[] Texts = ["", "red", "green", "blue", "grün", "图像", "🦊", "a longer text that is not short"];

    /// <summary>A valid, normalised item.</summary>
    public static Item Next(Random random, string? id = null)
    {
        var vectors = new Dictionary<string, float[]>();
        var choice = random.Next(4);
        if (choice != 0) vectors["image"] = Vector(random, 8);
        if (choice is 0 or 1) vectors["caption"] = Vector(random, 5);
        var places = new Dictionary<string, Place[]>();
        if (random.Next(3) == 0)
        {
            var moments = random.Next(1, random.Next(8) == 0 ? 40 : 5);
            vectors["moments"] = Vector(random, 3 * moments);
            if (random.Next(2) == 0) places["moments"] = [.. Enumerable.Range(0, moments).Select(i => i % 2 == 0 ? Place.Interval(i, i + 1.5f) : Place.Box(0, 0.25f, 0.5f, 1) with { Start = i, End = i })];
        }

        return ItemValidation.Normalize(
            new Item
            {
                Id = id ?? NextId(random),
                Modality = Modalities.All[random.Next(Modalities.All.Count)],
                Vectors = vectors,
                Places = places,
                Attributes = NextAttributes(random),
                Content = random.Next(3) == 0 ? null : "file:///" + random.Next(100),
            },
            Spaces);
    }

    public static string NextId(Random random) => random.Next(4) switch
    {
        0 => "item-" + random.Next(200),
        1 => "ид-" + random.Next(50),
        2 => "😀" + random.Next(20),
        _ => new string((char)('a' + random.Next(26)), 1 + random.Next(12)),
    };

    public static Attributes NextAttributes(Random random)
    {
        var pairs = new Dictionary<string, AttributeValue>();
        foreach (var name in (string[])["colour", "size", "public", "made", "tags", "größe", "place"])
            if (random.Next(3) != 0) pairs[name] = NextValue(random, name switch { "tags" => AttributeKind.StringList, "place" => AttributeKind.GeoPoint, _ => null });
        return Attributes.From(pairs);
    }

    public static AttributeValue NextValue(Random random, AttributeKind? kind = null) => (kind ?? (AttributeKind)random.Next(1, 7)) switch
    {
        AttributeKind.String => Texts[random.Next(Texts.Length)],
        AttributeKind.Number => random.Next(8) == 0 ? random.NextDouble() : random.Next(-3, 4),
        AttributeKind.Bool => random.Next(2) == 0,
        AttributeKind.Time => DateTimeOffset.UnixEpoch.AddMicroseconds(random.Next(-5, 5)),
        AttributeKind.GeoPoint => NextPoint(random),
        _ => AttributeValue.Of(Enumerable.Range(0, random.Next(4)).Select(_ => Texts[random.Next(Texts.Length)])),
    };

    /// <summary>Anywhere, or one of the places where arithmetic is delicate.</summary>
    public static GeoPoint NextPoint(Random random) => random.Next(6) switch
    {
        0 => new(random.Next(2) == 0 ? -90 : 90, random.Next(-180, 181)),
        1 => new(random.Next(-90, 91), random.Next(2) == 0 ? -180 : 180),
        2 => new(random.Next(-2, 3), random.Next(-2, 3)),
        _ => new((random.NextDouble() * 180) - 90, (random.NextDouble() * 360) - 180),
    };

    public static float[] Vector(Random random, int dimension)
    {
        var vector = new float[dimension];
        while (!vector.AsSpan().ContainsAnyExcept(0f))
            for (var i = 0; i < dimension; i++) vector[i] = random.Next(-2, 3);
        return vector;
    }

    public static byte[] Encode(Item item)
    {
        var output = new ArrayBufferWriter<byte>();
        ItemCodec.Write(item, output);
        return output.WrittenSpan.ToArray();
    }

    public static void Upsert(this IndexWriter writer, Item item) => writer.Upsert(ItemView.Read(Encode(item), out _));

    public static bool Delete(this IndexWriter writer, string id) => writer.Delete(System.Text.Encoding.UTF8.GetBytes(id));

    /// <summary>Writes the frozen segment to a file, opens it and puts it in place.</summary>
    public static Segment Seal(this IndexWriter writer, FrozenSegment frozen, string path, string name, bool withIndex = false)
    {
        using (var file = File.Create(path)) frozen.WriteTo(file, TestContext.Current.CancellationToken);
        var segment = Segment.Open(path);
        if (withIndex) segment.AttachIndex(path + ".index");
        writer.Replace(frozen, name, segment);
        return segment;
    }

    /// <summary>Writes the merged segment to a file and opens it.</summary>
    public static Segment Write(this SegmentMerge merge, string path, bool withIndex = false)
    {
        merge.Verify(TestContext.Current.CancellationToken);
        using (var file = File.Create(path)) merge.WriteTo(file, TestContext.Current.CancellationToken);
        var segment = Segment.Open(path);
        if (withIndex) segment.AttachIndex(path + ".index");
        return segment;
    }

    /// <summary>Writes the indexes of a segment to a file and attaches them.</summary>
    public static void AttachIndex(this Segment segment, string path)
    {
        using (var file = File.Create(path)) SegmentIndex.Write(file, segment, TestContext.Current.CancellationToken);
        segment.Attach(SegmentIndex.Open(path));
    }
}
