namespace Manifold.Index.Tests.Segments;

/// <summary>Files of format version 1 in the repository, which every later version must go on reading.</summary>
public sealed class GoldenFileTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Golden");

    private static readonly IReadOnlyList<SpaceSchema> Spaces = [new("image", 8, Metric.Cosine), new("caption", 5, Metric.L2)];

    private static readonly Item[] Items =
    [
        new()
        {
            Id = "a picture",
            Modality = Modalities.Image,
            Vectors = new Dictionary<string, float[]> { ["image"] = [0.6f, 0, -0.8f, 0, 0, 0, 0, 0], ["caption"] = [1.5f, -2, 0, 3.25f, 1e-3f] },
            Attributes = Attributes.Of(
                ("colour", "rot"), ("größe", 12.5), ("public", true), ("made", new DateTimeOffset(2024, 2, 29, 12, 0, 0, 1, 2, TimeSpan.Zero)), ("tags", (string[])["fox", "狐", ""])),
            Content = "file:///fox.png",
        },
        new() { Id = "only a caption", Modality = Modalities.Text, Vectors = new Dictionary<string, float[]> { ["caption"] = [0, 0, 0, 0, 1] } },
        new() { Id = "狐", Vectors = new Dictionary<string, float[]> { ["image"] = [0, 1, 0, 0, 0, 0, 0, 0] }, Content = "s3://b/狐.webp" },
    ];

    private static readonly IReadOnlyList<SpaceSchema> Moments = [new("moments", 2, Metric.L2) { IsMultiVector = true }, new("whole", 1, Metric.L2)];

    private static readonly Item[] MomentItems =
    [
        new()
        {
            Id = "a film",
            Modality = Modalities.Video,
            Vectors = new Dictionary<string, float[]> { ["moments"] = [1, 2, 3, 4, 5, 6], ["whole"] = [7] },
            Places = new Dictionary<string, Place[]> { ["moments"] = [Place.Interval(0, 1.5f), Place.Box(0, 0.25f, 0.5f, 1), Place.Interval(3, 4) with { Left = 0, Top = 0, Right = 1, Bottom = 0.125f }] },
        },
        new() { Id = "no moments", Vectors = new Dictionary<string, float[]> { ["whole"] = [8] } },
        new() { Id = "no places", Vectors = new Dictionary<string, float[]> { ["moments"] = [-1, 0] } },
    ];

    [Fact]
    public void Open_OfSegmentVersion1_HoldsItsItems()
    {
        using var segment = Segment.Open(Path.Combine(Folder, "v1.segment"));
        segment.Verify(TestContext.Current.CancellationToken);
        Assert.Equal(Spaces, segment.Spaces);
        Assert.Equal(Items, Enumerable.Range(0, segment.RowCount).Select(row => segment.ReadItem(row, withVectors: true)));
    }

    [Fact]
    public void Open_OfSegmentWithMultiVectorsVersion1_HoldsItsItems()
    {
        using var segment = Segment.Open(Path.Combine(Folder, "v1.moments.segment"));
        segment.Verify(TestContext.Current.CancellationToken);
        Assert.Equal(Moments, segment.Spaces);
        Assert.Equal(MomentItems, Enumerable.Range(0, segment.RowCount).Select(row => segment.ReadItem(row, withVectors: true)));
    }

    [Fact]
    public void Read_OfDeletionListVersion1_HoldsItsRows() =>
        Assert.Equal([0, 63, 64, 9000], DeletionList.Read(File.ReadAllBytes(Path.Combine(Folder, "v1.deleted")), "v1.deleted").Rows);

    [Fact]
    public void Open_OfIndexVersion1_FindsItsRows()
    {
        using var folder = new TemporaryFolder();
        using var segment = WriteIndexed(folder);
        segment.Attach(SegmentIndex.Open(Path.Combine(Folder, "v1.index")));
        segment.Verify(TestContext.Current.CancellationToken);
        var view = new ViewSegment(segment, segment.RowCount, RowBitmap.Empty, 0);
        foreach (var filter in (Filter[])
        [
            new Filter.FieldEquals("tags", "狐"), new Filter.FieldEquals("colour", "rot"), new Filter.FieldRange("größe", GreaterThan: 12), new Filter.FieldEquals("public", true),
            new Filter.FieldRange("made", LessThan: new DateTimeOffset(2024, 2, 29, 12, 0, 1, TimeSpan.Zero)), new Filter.ModalityIs(["image"]),
            new Filter.FieldGeoRadius("place", new GeoPoint(48.137, 11.575), 10_000), new Filter.FieldPrefix("colour", "r"), new Filter.FieldAllOf("tags", ["", "fox"]),
        ])
        {
            using var selected = view.Select(view.Plan(CompiledFilter.Compile(filter)), TestContext.Current.CancellationToken);
            Assert.Equal(1UL, selected.Words[0]);
        }
    }

    [Fact]
    public void Write_OfTheSameItems_GivesTheSameBytes()
    {
        // A change of the form needs a new version, and a new golden file beside this one.
        AssertGolden("v1.segment", WriteSegment(Spaces, Items));
        AssertGolden("v1.moments.segment", WriteSegment(Moments, MomentItems));
        using var folder = new TemporaryFolder();
        using var written = WriteIndexed(folder);
        using var index = new MemoryStream();
        SectionWriter.Write(index, SectionFileKind.Index, written.RowCount, ColumnWriter.MakeSections(written, TestContext.Current.CancellationToken));
        AssertGolden("v1.index", index.ToArray());
        using var deleted = new MemoryStream();
        DeletionList.Write(deleted, RowBitmap.FromRows([0, 63, 64, 9000]));
        AssertGolden("v1.deleted", deleted.ToArray());
    }

    private static byte[] WriteSegment(IReadOnlyList<SpaceSchema> spaces, Item[] items)
    {
        using var writer = new IndexWriter(spaces);
        foreach (var item in items.Reverse()) writer.Upsert(item);
        using var frozen = writer.Freeze();
        using var segment = new MemoryStream();
        frozen.WriteTo(segment, TestContext.Current.CancellationToken);
        return segment.ToArray();
    }

    /// <summary>The segment that the golden index is of: the items, the first with a place as well.</summary>
    private static Segment WriteIndexed(TemporaryFolder folder)
    {
        using var writer = new IndexWriter(Spaces);
        foreach (var item in Items.Skip(1)) writer.Upsert(item);
        writer.Upsert(Items[0] with { Attributes = Attributes.From(Items[0].Attributes.Append(new("place", new GeoPoint(48.15, 11.5)))) });
        using var frozen = writer.Freeze();
        var path = folder.NewFile();
        using (var file = File.Create(path)) frozen.WriteTo(file, TestContext.Current.CancellationToken);
        return Segment.Open(path);
    }

    private static void AssertGolden(string name, byte[] bytes)
    {
        var golden = Path.Combine(Folder, name);
        if (File.Exists(golden) && File.ReadAllBytes(golden).AsSpan().SequenceEqual(bytes)) return;
        File.WriteAllBytes(golden + ".actual", bytes);
        Assert.Fail($"Writing gives other bytes than {golden}; they are in {golden}.actual.");
    }
}
