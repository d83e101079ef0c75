using System.Buffers;
using System.Diagnostics;
using Manifold.Index;

namespace Manifold.Benchmarks;

/// <summary>One segment of random items, opened twice: with its columns and without. Every filter is evaluated over both in turns, and both must agree.</summary>
internal sealed class FiltersBenchmark : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("manifold-filters-");
    private readonly Segment _bare;
    private readonly Segment _indexed;

    public FiltersBenchmark(int rows, int seed)
    {
        var path = Path.Combine(_folder.FullName, "rows.segment");
        using (var writer = new IndexWriter([new SpaceSchema("default", 1, Metric.InnerProduct)]))
        {
            var random = new Random(seed);
            var encoded = new ArrayBufferWriter<byte>();
            for (var i = 0; i < rows; i++)
            {
                encoded.ResetWrittenCount();
                ItemCodec.Write(Next(random, i), encoded);
                writer.Upsert(ItemView.Read(encoded.WrittenSpan, out _));
            }

            using var frozen = writer.Freeze();
            using var file = File.Create(path);
            frozen.WriteTo(file, CancellationToken.None);
        }

        _bare = Segment.Open(path);
        _indexed = Segment.Open(path);
        var clock = Stopwatch.StartNew();
        using (var file = File.Create(path + ".index")) SegmentIndex.Write(file, _indexed);
        BuildSeconds = clock.Elapsed.TotalSeconds;
        clock.Restart();
        _indexed.Attach(SegmentIndex.Open(path + ".index"));
        OpenMilliseconds = clock.Elapsed.TotalMilliseconds;
    }

    public double BuildSeconds { get; }

    public double OpenMilliseconds { get; }

    public long SegmentBytes => _bare.Bytes;

    public long IndexBytes => _indexed.Index!.Bytes;

    public void Dispose()
    {
        _bare.Dispose();
        _indexed.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Conditions of a kind that a share of the items meets.</summary>
    public static Filter Make(string kind, double share) => kind switch
    {
        "equality" => share > 0.9 ? new Filter.FieldEquals("public", "yes") : new Filter.FieldEquals("group", Group(share)),
        "in" => new Filter.FieldIn("code", [.. Enumerable.Range(0, (int)Math.Round(share * 10_000)).Select(i => AttributeValue.Of($"code {i * 7919 % 10_000:0000}"))]),
        "range" => new Filter.FieldRange("price", LessThan: share),
        "and" => new Filter.And([new Filter.FieldRange("price", LessThan: Math.Sqrt(share)), new Filter.FieldRange("score", LessThan: Math.Sqrt(share))]),
        "or" => new Filter.Or([new Filter.FieldRange("price", LessThan: 1 - Math.Sqrt(1 - share)), new Filter.FieldRange("score", LessThan: 1 - Math.Sqrt(1 - share))]),
        "not" => new Filter.Not(new Filter.FieldRange("price", GreaterOrEqual: share)),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no kind of filter"),
    };

    public FiltersFigures Measure(string kind, double share, int rounds)
    {
        var filter = CompiledFilter.Compile(Make(kind, share));
        List<double> byRow = [], byColumn = [];
        var matches = 0;
        for (var round = 0; round <= rounds; round++)
        {
            var (rowTime, expected) = Time(_bare, filter);
            var (columnTime, found) = Time(_indexed, filter);
            if (found != expected) throw new InvalidOperationException($"{kind} at {share}: {found} rows over columns, {expected} row by row");
            matches = found;
            if (round == 0) continue; // warms up: pages, the compiler
            byRow.Add(rowTime);
            byColumn.Add(columnTime);
        }

        return new FiltersFigures(kind, share, matches, Median.Of(byRow), Median.Of(byColumn));
    }

    /// <summary>Facets of the attribute with 10,000 texts, of the items that a number range selects.</summary>
    public FiltersFigures MeasureFacets(double share, int rounds)
    {
        var query = new FacetQuery("code", share == 1 ? null : Make("range", share));
        List<double> byRow = [], byColumn = [];
        var counted = 0L;
        for (var round = 0; round <= rounds; round++)
        {
            var (rowTime, expected) = TimeFacets(_bare, query);
            var (columnTime, found) = TimeFacets(_indexed, query);
            if (!found.SequenceEqual(expected)) throw new InvalidOperationException($"facets at {share}: other values over columns than row by row");
            counted = found.Sum(value => value.Count);
            if (round == 0) continue;
            byRow.Add(rowTime);
            byColumn.Add(columnTime);
        }

        return new FiltersFigures("facets", share, (int)counted, Median.Of(byRow), Median.Of(byColumn));
    }

    private static (double Milliseconds, IReadOnlyList<FacetValue> Values) TimeFacets(Segment segment, FacetQuery query)
    {
        var view = new ViewSegment(segment, segment.RowCount, RowBitmap.Empty, 0);
        var clock = Stopwatch.StartNew();
        using var counter = new FacetCounter(query, query.Filter is null ? null : CompiledFilter.Compile(query.Filter), CancellationToken.None);
        counter.Add(view);
        var values = counter.ToResult().Values;
        return (clock.Elapsed.TotalMilliseconds, values);
    }

    private static (double Milliseconds, int Matches) Time(Segment segment, CompiledFilter filter)
    {
        var view = new ViewSegment(segment, segment.RowCount, RowBitmap.Empty, 0);
        var clock = Stopwatch.StartNew();
        using var selected = view.Select(view.Plan(filter), CancellationToken.None);
        return (clock.Elapsed.TotalMilliseconds, selected.Count);
    }

    private static Item Next(Random random, int number) => new()
    {
        Id = $"item-{number:0000000}",
        Modality = Modalities.Image,
        Vectors = new Dictionary<string, float[]> { ["default"] = [1] },
        Attributes = Attributes.Of(
            ("code", $"code {random.Next(10_000):0000}"),
            ("group", Group(random.NextDouble() is var draw && draw < 0.001 ? 0.001 : draw < 0.011 ? 0.01 : draw < 0.111 ? 0.1 : draw < 0.611 ? 0.5 : 0.389)),
            ("price", random.NextDouble()),
            ("public", random.NextDouble() < 0.99 ? "yes" : "no"),
            ("score", random.NextDouble())),
    };

    private static string Group(double share) => FormattableString.Invariant($"group of {share}");
}
