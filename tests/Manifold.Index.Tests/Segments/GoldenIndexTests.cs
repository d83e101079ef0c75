using Manifold.Index.FullText;
using Manifold.Index.Partitions;
using Manifold.Index.Scalar;
using Manifold.Index.Tests.Kernels;

namespace Manifold.Index.Tests.Segments;

/// <summary>
/// An index file of version 1 with partitions, scalar codes and full text, which every later version must go on reading. Its bytes depend in the last bits on the machine that wrote it,
/// so only reading is compared; <c>MANIFOLD_WRITE_GOLDEN</c> names a folder where the files are written anew.
/// </summary>
public sealed class GoldenIndexTests
{
    private const int Rows = 1100, Dimension = 8, Limit = 5;

    private static readonly SpaceSchema[] Spaces =
    [
        new("partitions", Dimension, Metric.Cosine), new("bytes", Dimension, Metric.L2) { Precision = VectorPrecision.Int8 }, new("halves", Dimension, Metric.InnerProduct) { Precision = VectorPrecision.Float16 },
    ];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Golden");

    [Fact]
    public void Search_OfGoldenFiles_FindsWhatAScanFinds()
    {
        if (Environment.GetEnvironmentVariable("MANIFOLD_WRITE_GOLDEN") is { } target) Write(target);
        using var indexed = Open(withIndex: true, out var partitions);
        using var plain = Open(withIndex: false, out _);
        var random = new Random(7);
        var found = 0;
        for (var i = 0; i < 40; i++)
        {
            foreach (var space in Spaces[1..])
            {
                var query = new SearchQuery(space.Name, Vector(random), Limit);
                Assert.Equal(plain.Current.Search(query, CancellationToken.None), indexed.Current.Search(query, out var effort, CancellationToken.None));
                Assert.Equal((0, Rows), (effort.Partitions, effort.Scanned));
            }

            // So few rows are cheaper to scan: the partitions are searched by themselves.
            var vector = Vector(random);
            VectorMath.Normalize(vector, vector);
            found += SearchPartitions(partitions, vector).Intersect(plain.Current.Search(new SearchQuery(Spaces[0].Name, vector, Limit), CancellationToken.None).Select(hit => int.Parse(hit.Id, System.Globalization.CultureInfo.InvariantCulture))).Count();
        }

        Assert.True(found >= 0.9 * 40 * Limit, $"{found} of {40 * Limit} hits were found");
        foreach (var words in (string[])["word7", "common", "消防", "word3 word9"])
        {
            var text = new TextQuery(words, 5, [], false);
            Assert.Equal(plain.Current.SearchText(text, CancellationToken.None), indexed.Current.SearchText(text, CancellationToken.None));
            Assert.NotEmpty(indexed.Current.SearchText(text, CancellationToken.None));
        }
    }

    /// <summary>Rows, which are ids here.</summary>
    private static IEnumerable<int> SearchPartitions(SpaceIndex? partitions, float[] vector)
    {
        Assert.True(partitions!.Index.Recall.TryChoose(Limit, 0.95, out var entry));
        var results = new TopK(Limit, RowNumbers.Instance);
        SearchEffort effort = default;
        partitions.Search(vector, default, float.NegativeInfinity, entry.Effort, 0, results, ref effort, CancellationToken.None);
        Assert.InRange(effort.Partitions, 1, partitions.Index.Partitions);
        return results.ToSortedArray().Select(row => row.Row);
    }

    private static IndexWriter Open(bool withIndex, out SpaceIndex? partitions)
    {
        var segment = Segment.Open(Path.Combine(Folder, "v1.spaces.segment"));
        segment.Verify(CancellationToken.None);
        if (withIndex)
        {
            segment.Attach(SegmentIndex.Open(Path.Combine(Folder, "v1.spaces.index")));
            segment.VerifyIndex(CancellationToken.None);
        }

        partitions = segment.Index?.OfSpace(0);
        var index = new IndexWriter(Spaces);
        index.AddSegment("golden", segment, RowBitmap.Empty);
        index.Publish();
        return index;
    }

    private static void Write(string folder)
    {
        var random = new Random(1);
        using var writer = new IndexWriter(Spaces);
        for (var i = 0; i < Rows; i++)
        {
            var item = new Item
            {
                Id = $"{i:D4}",
                Vectors = Spaces.ToDictionary(space => space.Name, _ => Vector(random)),
                Attributes = Attributes.Of(("title", $"word{i % 11} common"), ("caption", i % 100 == 0 ? "消防车" : "")),
            };
            writer.Upsert(ItemValidation.Normalize(item, Spaces));
        }

        using var frozen = writer.Freeze();
        string segmentPath = Path.Combine(folder, "v1.spaces.segment"), indexPath = Path.Combine(folder, "v1.spaces.index");
        using (var file = File.Create(segmentPath)) frozen.WriteTo(file);
        using var segment = Segment.Open(segmentPath);

        // Far fewer rows than partitions are made of otherwise.
        using var partitions = BuiltPartitions.Build(segment, 0, new PartitionOptions { MinRows = 1, Partitions = 24 }, CancellationToken.None)!;
        using var output = File.Create(indexPath);
        SectionWriter.Write(output, SectionFileKind.Index, segment.RowCount,
        [
            .. FullTextIndex.MakeSections(segment, CancellationToken.None),
            .. ScalarEncoding.MakeSections(segment, 1, Spaces[1].Precision, CancellationToken.None),
            .. ScalarEncoding.MakeSections(segment, 2, Spaces[2].Precision, CancellationToken.None),
            .. partitions.ToSections(),
        ]);
    }

    private static float[] Vector(Random random)
    {
        var vector = new float[Dimension];
        for (var d = 0; d < Dimension; d++) vector[d] = (float)((random.NextDouble() * 2) - 1);
        return vector;
    }
}
