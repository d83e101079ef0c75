using Manifold.Index.Tests.Filters;

namespace Manifold.Index.Tests.Columns;

/// <summary>A filter over columns against the same filter row by row, and against its meaning over objects.</summary>
public sealed class FilterPlanTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Select_OfAnyFilter_AgreesWithTheReference()
    {
        var random = Seeds.Create();
        var items = Enumerable.Range(0, 2000).Select(i => SampleItems.Next(random, $"{SampleItems.NextId(random)}-{i}")).ToArray();
        using var segment = Seal(items);
        var sorted = Enumerable.Range(0, segment.RowCount).Select(row => segment.ReadItem(row, withVectors: false)).ToArray();
        for (var i = 0; i < 1500; i++) AssertAgrees(segment, sorted, FilterReference.Next(random), random);
    }

    [Fact]
    public void Select_OverSeveralContainers_AgreesWithTheReference()
    {
        var random = Seeds.Create();
        var items = Enumerable.Range(0, 140_000).Select(i => new Item
        {
            Id = $"item-{i:000000}",
            Modality = Modalities.All[i / 30_000],
            Vectors = new Dictionary<string, float[]> { ["caption"] = [1, 0, 0, 0, 0] },
            Attributes = Attributes.Of(
                ("colour", SampleItems.NextValue(random, AttributeKind.String)),
                ("size", i % 1000 == 0 ? "a text" : SampleItems.NextValue(random, AttributeKind.Number)),
                ("made", DateTimeOffset.UnixEpoch.AddMicroseconds(random.Next(-5, 5))),
                ("tags", i / 5 % 7 == 0 ? SampleItems.NextValue(random, AttributeKind.StringList) : "red"),
                ("public", i > 70_000),
                ("name", $"name {i}")),
        }).ToArray();
        using var segment = Seal(items);
        for (var i = 0; i < 12; i++) AssertAgrees(segment, items, FilterReference.Next(random), random);
        var view = new ViewSegment(segment, items.Length, RowBitmap.Empty, 0);
        var longest = new Filter.FieldIn("name", [.. Enumerable.Range(0, Filter.MaxTerms - 1).Select(i => AttributeValue.Of($"name {i * 20}"))]);
        using var selected = view.Select(view.Plan(CompiledFilter.Compile(longest)), CancellationToken.None);
        Assert.Equal(items.Length / 20, selected.Count);
        for (var row = 0; row < items.Length; row++) Assert.Equal(row % 20 == 0, RowWords.Contains(selected.Words, row));
        AssertAgrees(segment, items, new Filter.And([new Filter.FieldEquals("name", "name 77"), new Filter.FieldExists("size")]), random);
    }

    [Fact]
    public void Select_AtTheEdgesOfNumbersAndTimes_IsExact()
    {
        AttributeValue[] values =
        [
            double.NegativeInfinity, double.MinValue, -1, -double.Epsilon, -0.0, 0.0, double.Epsilon, 1, double.MaxValue, double.PositiveInfinity,
            DateTimeOffset.MinValue, DateTimeOffset.UnixEpoch.AddMicroseconds(-1), DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddTicks(9), DateTimeOffset.UnixEpoch.AddMicroseconds(1), DateTimeOffset.MaxValue,
            "", "0", true, false,
        ];
        var items = values.Select((value, i) => new Item { Id = $"{i:00}", Vectors = new Dictionary<string, float[]> { ["caption"] = [1, 0, 0, 0, 0] }, Attributes = Attributes.Of(("a", value)) }).ToArray();
        using var segment = Seal(items);
        var random = new Random(1);
        foreach (var value in values)
        {
            AssertAgrees(segment, items, new Filter.FieldEquals("a", value), random);
            if (value.Kind is not (AttributeKind.Number or AttributeKind.Time)) continue;
            AssertAgrees(segment, items, new Filter.FieldRange("a", GreaterThan: value), random);
            AssertAgrees(segment, items, new Filter.FieldRange("a", GreaterOrEqual: value), random);
            AssertAgrees(segment, items, new Filter.FieldRange("a", LessThan: value), random);
            AssertAgrees(segment, items, new Filter.FieldRange("a", LessOrEqual: value), random);
            foreach (var other in values.Where(other => other.Kind == value.Kind)) AssertAgrees(segment, items, new Filter.FieldRange("a", GreaterThan: value, LessOrEqual: other), random);
        }
    }

    [Fact]
    public void Estimate_OfOneCondition_IsExact()
    {
        var random = Seeds.Create();
        using var segment = Seal([.. Enumerable.Range(0, 500).Select(i => SampleItems.Next(random, $"{i:000}"))]);
        var view = new ViewSegment(segment, segment.RowCount, RowBitmap.Empty, 0);
        foreach (var filter in (Filter[])[new Filter.FieldEquals("colour", "red"), new Filter.FieldRange("size", LessThan: 2), new Filter.FieldExists("tags"), new Filter.ModalityIs(["image"]), new Filter.IdIn(["001", "x"]), new Filter.FieldExists("absent")])
            Assert.True(view.Estimate(view.Plan(CompiledFilter.Compile(filter))).IsExact, filter.ToString());
    }

    [Fact]
    public void Select_Cancelled_Throws()
    {
        var random = Seeds.Create();
        using var segment = Seal([.. Enumerable.Range(0, 100).Select(i => SampleItems.Next(random, $"{i:000}"))]);
        var view = new ViewSegment(segment, segment.RowCount, RowBitmap.Empty, 0);
        Assert.Throws<OperationCanceledException>(() => view.Select(view.Plan(CompiledFilter.Compile(new Filter.FieldExists("size"))), new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Write_OfManyNames_LeavesTheRarestToTheRows()
    {
        var items = Enumerable.Range(0, 600).Select(i => new Item
        {
            Id = $"{i:000}",
            Vectors = new Dictionary<string, float[]> { ["caption"] = [1, 0, 0, 0, 0] },
            Attributes = Attributes.Of(("often", i), ($"once-{i}", i), ($"twice-{i / 2}", true), ($"again-{i / 2}", "x")),
        }).ToArray();
        using var segment = Seal(items);
        Assert.False(segment.Columns!.AreComplete);
        Assert.NotNull(segment.Columns.Find("often"));
        Assert.Null(segment.Columns.Find("once-99"));
        foreach (var name in (string[])["often", "once-99", "once-599", "twice-3", "absent"])
        {
            AssertAgrees(segment, items, new Filter.FieldExists(name), new Random(1));
            AssertAgrees(segment, items, new Filter.And([new Filter.FieldRange("often", GreaterThan: 50), new Filter.Not(new Filter.FieldExists(name))]), new Random(1));
        }
    }

    [Fact]
    public void Select_OverNoRows_IsEmpty()
    {
        using var segment = Seal([]);
        var random = Seeds.Create();
        for (var i = 0; i < 200; i++) AssertAgrees(segment, [], FilterReference.Next(random), new Random(i));
        var view = new SearchView(SampleItems.Spaces, []);
        Assert.Empty(view.Facets(new FacetQuery("colour"), CancellationToken.None).Values);
    }

    private static void AssertAgrees(Segment segment, Item[] items, Filter filter, Random random)
    {
        var deleted = random.Next(2) == 0 ? RowBitmap.Empty : RowBitmap.FromRows(Enumerable.Range(0, items.Length / 10).Select(_ => random.Next(items.Length)));
        var view = new ViewSegment(segment, items.Length, deleted, 0);
        var compiled = CompiledFilter.Compile(filter);
        var plan = view.Plan(compiled);
        using var selected = view.Select(plan, CancellationToken.None);
        for (var row = 0; row < items.Length; row++)
        {
            var expected = !deleted.Contains(row) && FilterReference.Matches(items[row], filter);
            if (expected != RowWords.Contains(selected.Words, row)) Assert.Fail($"{filter} on row {row}, {items[row]}: expected {expected}");
            if (expected != view.Accepts(row, compiled)) Assert.Fail($"{filter} on row {row} alone, {items[row]}: expected {expected}");
        }

        var estimate = view.Estimate(plan);
        Assert.InRange(selected.Count, estimate.AtLeast, estimate.AtMost);
        Assert.InRange(estimate.Expected, estimate.AtLeast, estimate.AtMost);
    }

    private Segment Seal(Item[] items)
    {
        using var writer = new IndexWriter(SampleItems.Spaces);
        foreach (var item in items) writer.Upsert(item);
        using var frozen = writer.Freeze();
        var path = _folder.NewFile();
        using (var file = File.Create(path)) frozen.WriteTo(file, TestContext.Current.CancellationToken);
        var segment = Segment.Open(path);
        segment.AttachIndex(path + ".index");
        segment.Verify(TestContext.Current.CancellationToken);
        return segment;
    }
}
