using System.Text;

namespace Manifold.Index.Tests.Segments;

public sealed class SegmentFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_OfWritten_HoldsTheLiveItemsInOrderOfId()
    {
        var random = Seeds.Create();
        var items = new Dictionary<string, Item>();
        for (var i = 0; i < 3000; i++)
        {
            var item = SampleItems.Next(random);
            items[item.Id] = item;
        }

        foreach (var id in items.Keys.Where(_ => random.Next(10) == 0).ToArray()) items.Remove(id);
        using var segment = Segment.Open(Write(items.Values, out _));
        segment.Verify(TestContext.Current.CancellationToken);
        Assert.Equal(items.Count, segment.RowCount);
        Assert.Equal(SampleItems.Spaces, segment.Spaces);
        foreach (var item in items.Values)
        {
            Assert.True(segment.TryFind(Encoding.UTF8.GetBytes(item.Id), out var row));
            Assert.Equal(item, segment.ReadItem(row, withVectors: true));
        }

        for (var row = 1; row < segment.RowCount; row++) Assert.True(segment.GetId(row - 1).SequenceCompareTo(segment.GetId(row)) < 0);
        Assert.False(segment.TryFind("no such id"u8, out _));
    }

    [Fact]
    public void Open_OfNoRows_IsAnEmptySegment()
    {
        using var segment = Segment.Open(Write([], out _));
        segment.Verify(TestContext.Current.CancellationToken);
        Assert.Equal(0, segment.RowCount);
        Assert.False(segment.TryFind("x"u8, out _));
    }

    [Fact]
    public void Write_ToForwardOnlyStream_GivesTheSameBytes()
    {
        var items = Sample(100);
        var expected = File.ReadAllBytes(Write(items, out _));
        using var bytes = new MemoryStream();
        using (var frozen = Freeze(items, out var writer))
        using (writer)
        using (var forward = new ForwardOnlyStream(bytes))
            frozen.WriteTo(forward, TestContext.Current.CancellationToken);
        Assert.Equal(expected, bytes.ToArray());
    }

    [Fact]
    public void Open_WithALease_GivesItBackWhenUnmappedAndWhenRefused()
    {
        var leased = new Lease();
        using (Segment.Open(Write(Sample(10), out _), leased))
            Assert.Equal(0, leased.Returned);
        Assert.Equal(1, leased.Returned);
        var path = _folder.NewFile();
        File.WriteAllBytes(path, new byte[10_000]);
        Assert.Throws<CorruptSegmentException>(() => Segment.Open(path, leased));
        Assert.Equal(2, leased.Returned);
        Assert.Throws<FileNotFoundException>(() => SegmentIndex.Open(path + "-missing", leased));
        Assert.Equal(3, leased.Returned);
    }

    [Fact]
    public void Write_OfSeveralSources_MergesThemInOrderOfId()
    {
        var items = Sample(400);
        using var first = Segment.Open(Write(items[..150], out _));
        using var second = Segment.Open(Write(items[150..], out _));
        var path = _folder.NewFile();
        using (var file = File.Create(path))
            SegmentWriter.Write(file, SampleItems.Spaces, [new(first, first.RowCount, RowBitmap.Empty), new(second, second.RowCount, RowBitmap.Empty)], TestContext.Current.CancellationToken);
        Assert.Equal(File.ReadAllBytes(Write(items, out _)), File.ReadAllBytes(path));
    }

    [Fact]
    public void Write_OfOneIdInTwoSources_Throws()
    {
        using var segment = Segment.Open(Write(Sample(10), out _));
        SegmentSource source = new(segment, segment.RowCount, RowBitmap.Empty);
        Assert.Throws<ArgumentException>(() => SegmentWriter.Write(Stream.Null, SampleItems.Spaces, [source, source], TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Sections_Begin_AlignedForScans()
    {
        var path = Write(Sample(50), out var sections);
        Assert.NotEmpty(sections);
        Assert.All(sections, section => Assert.Equal(0, section.Offset % (section.Kind == SectionKind.Vectors ? 4096 : 64)));
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void Verify_OfAnyFlippedByte_NamesWhereItIs()
    {
        var path = Write(Sample(12), out var sections);
        var bytes = File.ReadAllBytes(path);
        var damaged = _folder.NewFile();
        var named = new HashSet<string>();
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 0x10;
            File.WriteAllBytes(damaged, bytes);
            bytes[i] ^= 0x10;
            var error = Assert.Throws<CorruptSegmentException>(() =>
            {
                using var segment = Segment.Open(damaged);
                segment.Verify(TestContext.Current.CancellationToken);
            });
            var section = sections.FirstOrDefault(section => i >= section.Offset && i < section.Offset + section.Length);
            Assert.Equal(damaged, error.File);
            if (section is not null) Assert.Equal((section.Name, section.Offset), (error.Section, error.Offset));
            named.Add(error.Section);
        }

        Assert.Superset(new HashSet<string> { "header", "table", "padding", "Vectors image", "Presence image", "IdBytes", "IdHashes" }, named);
    }

    [Fact]
    public void Open_OfFlippedByteInHeaderOrTable_Refuses()
    {
        var path = Write(Sample(12), out var sections);
        var bytes = File.ReadAllBytes(path);
        var damaged = _folder.NewFile();
        var table = (int)(sections[^1].Offset + sections[^1].Length);
        foreach (var i in Enumerable.Range(0, SectionFormat.HeaderBytes).Concat(Enumerable.Range(table, bytes.Length - table)))
        {
            bytes[i] ^= 1;
            File.WriteAllBytes(damaged, bytes);
            bytes[i] ^= 1;
            var error = Assert.Throws<CorruptSegmentException>(() => Segment.Open(damaged));
            Assert.Equal(i < SectionFormat.HeaderBytes ? "header" : "table", error.Section);
        }
    }

    [Fact]
    public void Open_OfTruncatedOrExtendedFile_Refuses()
    {
        var bytes = File.ReadAllBytes(Write(Sample(12), out _));
        var damaged = _folder.NewFile();
        foreach (var length in Enumerable.Range(0, 200).Append(bytes.Length / 2).Append(bytes.Length - 1))
        {
            File.WriteAllBytes(damaged, bytes[..length]);
            Assert.Equal("header", Assert.Throws<CorruptSegmentException>(() => Segment.Open(damaged)).Section);
        }

        File.WriteAllBytes(damaged, [.. bytes, 0]);
        Assert.Equal("header", Assert.Throws<CorruptSegmentException>(() => Segment.Open(damaged)).Section);
    }

    [Fact]
    public void Open_OfAnotherKindOfFile_SaysSo()
    {
        var path = _folder.NewFile();
        File.WriteAllText(path, new string('x', 1000));
        Assert.Contains("no segment file", Assert.Throws<CorruptSegmentException>(() => Segment.Open(path)).Message);
        Assert.Throws<FileNotFoundException>(() => Segment.Open(path + ".absent"));
    }

    [Fact]
    public void Read_OfDamagedOffsets_RefusesAndReadsNothingOutOfRange()
    {
        // Opening reads no offsets, so their damage shows with the first row that needs them.
        var path = Write(Sample(12), out var sections);
        var bytes = File.ReadAllBytes(path);
        foreach (var kind in (SectionKind[])[SectionKind.IdOffsets, SectionKind.AttributeOffsets, SectionKind.ContentOffsets, SectionKind.IdHashRows])
        {
            var section = sections.Single(section => section.Kind == kind);
            var damaged = bytes.ToArray();
            damaged.AsSpan((int)section.Offset, (int)section.Length).Fill(0xEE);
            var copy = _folder.NewFile();
            File.WriteAllBytes(copy, damaged);
            using var segment = Segment.Open(copy);
            var error = Assert.Throws<CorruptSegmentException>(() =>
            {
                segment.ReadItem(3, withVectors: true);
                using var intact = Segment.Open(path);
                segment.TryFind(intact.GetId(3), out _);
            });
            Assert.Equal(section.Name, error.Section);
            Assert.InRange(error.Offset, section.Offset, section.Offset + section.Length - 1);
        }
    }

    [Fact]
    public void Search_OverDamagedAttributes_NamesTheFile()
    {
        var path = Write(Sample(12), out var sections);
        var bytes = File.ReadAllBytes(path);
        var section = sections.Single(section => section.Kind == SectionKind.AttributeBytes);
        bytes.AsSpan((int)section.Offset, (int)section.Length).Fill(0xEE);
        File.WriteAllBytes(path, bytes);
        using var writer = new IndexWriter(SampleItems.Spaces);
        writer.AddSegment("s", Segment.Open(path), RowBitmap.Empty);
        var view = writer.Publish();
        foreach (var read in (Action[])[() => view.Count(new Filter.FieldExists("x"), CancellationToken.None), () => view.Scroll(null, 12, null, withVectors: false, CancellationToken.None)])
        {
            var error = Assert.Throws<CorruptSegmentException>(read);
            Assert.Equal((path, section.Name), (error.File, error.Section));
        }
    }

    [Fact]
    public void GetId_OfRowOutOfRange_Throws()
    {
        using var segment = Segment.Open(Write(Sample(12), out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => { segment.GetId(12); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { segment.GetId(-1); });
    }

    private static Item[] Sample(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(i => SampleItems.Next(random, $"id-{i * 7919 % 1000:000}"))];
    }

    private static FrozenSegment Freeze(IEnumerable<Item> items, out IndexWriter writer)
    {
        writer = new IndexWriter(SampleItems.Spaces);
        foreach (var item in items)
        {
            writer.Upsert(item with { Content = "replaced" });
            writer.Upsert(item);
        }

        return writer.Freeze();
    }

    private string Write(IEnumerable<Item> items, out SegmentSection[] sections)
    {
        var path = _folder.NewFile();
        using (var frozen = Freeze(items, out var writer))
        using (writer)
        using (var file = File.Create(path))
            frozen.WriteTo(file, TestContext.Current.CancellationToken);
        var bytes = File.ReadAllBytes(path);
        var (count, _, tableOffset, _) = SectionFormat.DecodeHeader(SectionFileKind.Segment, bytes, bytes.Length, path);
        sections = SectionFormat.DecodeTable(bytes.AsSpan((int)tableOffset), tableOffset, count, path);
        return path;
    }

    private sealed class Lease : IDisposable
    {
        public int Returned { get; private set; }

        public void Dispose() => Returned++;
    }
}
