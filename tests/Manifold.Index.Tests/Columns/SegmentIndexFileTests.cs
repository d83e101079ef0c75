using Manifold.Index.Tests.Filters;

namespace Manifold.Index.Tests.Columns;

public sealed class SegmentIndexFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _segment;
    private readonly byte[] _index;

    public SegmentIndexFileTests()
    {
        var random = new Random(7);
        using var writer = new IndexWriter(SampleItems.Spaces);
        for (var i = 0; i < 40; i++) writer.Upsert(SampleItems.Next(random, $"id-{i:00}"));
        using var frozen = writer.Freeze();
        _segment = _folder.NewFile();
        using (var file = File.Create(_segment)) frozen.WriteTo(file, TestContext.Current.CancellationToken);
        using var segment = Segment.Open(_segment);
        using var index = new MemoryStream();
        SegmentIndex.Write(index, segment, TestContext.Current.CancellationToken);
        _index = index.ToArray();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_OfTheSameSegment_GivesTheSameBytes()
    {
        using var segment = Segment.Open(_segment);
        using var again = new MemoryStream();
        SegmentIndex.Write(again, segment, TestContext.Current.CancellationToken);
        Assert.Equal(_index, again.ToArray());
    }

    [Fact]
    public void Open_OfTruncatedFile_Refuses()
    {
        for (var length = 0; length < _index.Length; length += 37)
        {
            var path = _folder.NewFile();
            File.WriteAllBytes(path, _index[..length]);
            Assert.Throws<CorruptSegmentException>(() => SegmentIndex.Open(path));
        }
    }

    [Fact]
    public void Attach_OfAnotherSegmentsIndex_Refuses()
    {
        using var writer = new IndexWriter(SampleItems.Spaces);
        writer.Upsert(SampleItems.Next(new Random(3)));
        using var frozen = writer.Freeze();
        var path = _folder.NewFile();
        using (var file = File.Create(path)) frozen.WriteTo(file, TestContext.Current.CancellationToken);
        using var other = Segment.Open(path);
        File.WriteAllBytes(path + ".index", _index);
        using var index = SegmentIndex.Open(path + ".index");
        Assert.Contains("40 rows", Assert.Throws<CorruptSegmentException>(() => other.Attach(index)).Message);
    }

    /// <summary>Bytes all over every section, one bit each: an answer or an error that names section and offset, and nothing else.</summary>
    [Fact]
    public void Select_OverFlippedBits_RefusesOrAnswers()
    {
        var random = Seeds.Create();
        IEnumerable<Filter> everything = ((string[])["colour", "size", "public", "made", "tags", "größe", "place"]).SelectMany(name => (Filter[])
        [
            new Filter.FieldExists(name), new Filter.FieldPrefix(name, ""), new Filter.FieldRange(name, LessThan: 0), new Filter.FieldRange(name, GreaterOrEqual: 0),
            new Filter.FieldRange(name, LessThan: DateTimeOffset.UnixEpoch), new Filter.FieldRange(name, GreaterOrEqual: DateTimeOffset.UnixEpoch), new Filter.FieldGeoRadius(name, default, 3e7),
        ]);
        var filters = everything.Append(new Filter.ModalityIs(Modalities.All)).Concat(Enumerable.Range(0, 20).Select(_ => FilterReference.Next(random))).Select(CompiledFilter.Compile).ToArray();
        var (count, _, tableOffset, _) = SectionFormat.DecodeHeader(SectionFileKind.Index, _index, _index.Length, "index");
        var sections = SectionFormat.DecodeTable(_index.AsSpan((int)tableOffset), tableOffset, count, "index");
        var refused = new HashSet<SectionKind>();
        foreach (var section in sections)
        {
            for (var at = section.Offset; at < section.Offset + section.Length; at += random.Next(1, 4))
            {
                var damaged = _index.ToArray();
                damaged[at] ^= (byte)(1 << random.Next(8));
                var path = _folder.NewFile();
                File.WriteAllBytes(path, damaged);
                using var segment = Segment.Open(_segment);
                try
                {
                    segment.Attach(SegmentIndex.Open(path));
                    var view = new ViewSegment(segment, segment.RowCount, RowBitmap.Empty, 0);
                    foreach (var filter in filters) view.Select(view.Plan(filter), CancellationToken.None).Dispose();
                }
                catch (CorruptSegmentException corrupt)
                {
                    Assert.Equal(path, corrupt.File);
                    Assert.Contains(sections, named => named.Name == corrupt.Section && corrupt.Offset >= named.Offset && corrupt.Offset <= named.Offset + named.Length);
                    refused.Add(section.Kind);
                }

                File.Delete(path);
            }
        }

        Assert.Superset(new HashSet<SectionKind> { SectionKind.Columns, SectionKind.KindRows, SectionKind.TextOffsets, SectionKind.TextRows, SectionKind.NumberRows, SectionKind.TimeRows, SectionKind.GeoRows, SectionKind.ModalityRows }, refused);
    }
}
