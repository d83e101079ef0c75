namespace Manifold.Index.Tests.Partitions;

/// <summary>Damaged index files: refused, or searched without harm until they are verified.</summary>
public sealed class PartitionFileTests
{
    [Fact]
    public void Open_OfATruncatedFile_Refuses()
    {
        using var samples = new PartitionSamples(Metric.L2, Seeds.Create());
        var bytes = File.ReadAllBytes(samples.IndexPath);
        for (var length = 0; length < bytes.Length; length += bytes.Length / 23)
        {
            File.WriteAllBytes(samples.IndexPath, bytes[..length]);
            Assert.Throws<CorruptSegmentException>(() => SegmentIndex.Open(samples.IndexPath));
        }
    }

    [Fact]
    public void Search_AfterAFlippedBit_ThrowsOrAnswersAndVerifyFindsIt()
    {
        var random = Seeds.Create();
        using var samples = new PartitionSamples(Metric.L2, random, precision: VectorPrecision.Int8);
        var bytes = File.ReadAllBytes(samples.IndexPath);
        float[][] queries = [.. Enumerable.Range(0, 5).Select(_ => samples.Next())];
        var sections = SectionsOf(samples.IndexPath).Where(section => section.Length > 0).ToArray();
        for (var i = 0; i < 8 * sections.Length; i++)
        {
            var section = sections[i % sections.Length];
            var at = section.Offset + random.NextInt64(section.Length);
            var damaged = (byte[])bytes.Clone();
            damaged[at] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(samples.IndexPath, damaged);
            using var segment = Segment.Open(samples.SegmentPath);
            try
            {
                segment.Attach(SegmentIndex.Open(samples.IndexPath));
            }
            catch (CorruptSegmentException)
            {
                continue; // refused at once
            }

            using var index = new IndexWriter(segment.Spaces);
            segment.TryAddReference();
            index.AddSegment("s", segment, RowBitmap.Empty);
            index.Publish();
            foreach (var query in queries)
            {
                try
                {
                    var hits = index.Current.Search(new SearchQuery("v", query, 10), TestContext.Current.CancellationToken);
                    Assert.All(hits, hit => Assert.Equal(Exact(index.Current, query, hit.Id), hit.Score));
                    hits = index.Current.Search(new SearchQuery("v", query, 10, Recall: 1), TestContext.Current.CancellationToken);
                    Assert.All(hits, hit => Assert.Equal(Exact(index.Current, query, hit.Id), hit.Score));
                }
                catch (CorruptSegmentException)
                {
                    // as good
                }
            }

            var error = Assert.Throws<CorruptSegmentException>(() => segment.VerifyIndex(TestContext.Current.CancellationToken));
            Assert.Equal(section.Name, error.Section);
            segment.Release();
        }
    }

    private static float Exact(SearchView view, float[] query, string id) => VectorMath.SquaredL2(query, view.Get(id, withVectors: true)!.Vectors["v"]) * -1;

    private static IReadOnlyList<SegmentSection> SectionsOf(string path)
    {
        using var file = SectionFile.Open(path, SectionFileKind.Index);
        return [.. file.Sections];
    }
}
