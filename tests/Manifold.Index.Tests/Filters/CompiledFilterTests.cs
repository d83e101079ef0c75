namespace Manifold.Index.Tests.Filters;

public sealed class CompiledFilterTests
{
    private static readonly Item Item = new()
    {
        Id = "fox",
        Modality = "image",
        Attributes = Attributes.Of(("colour", "red"), ("size", 3.0), ("tags", (string[])["animal", "wild"]), ("made", DateTimeOffset.UnixEpoch)),
    };

    [Fact]
    public void Matches_OfAnyFilter_AgreesWithTheReference()
    {
        var random = Seeds.Create();
        var items = Enumerable.Range(0, 100).Select(_ => SampleItems.Next(random)).ToArray();
        for (var i = 0; i < 2000; i++)
        {
            var filter = FilterReference.Next(random);
            var compiled = CompiledFilter.Compile(filter);
            foreach (var item in items)
                Assert.True(FilterReference.Matches(item, filter) == Matches(compiled, item), $"{filter} on {item}");
        }
    }

    [Fact]
    public void Matches_OfElementOfAList_IsTrue()
    {
        Assert.True(Matches(new Filter.FieldEquals("tags", "wild")));
        Assert.True(Matches(new Filter.FieldIn("tags", ["tame", "animal"])));
        Assert.False(Matches(new Filter.FieldEquals("tags", "tame")));
    }

    [Fact]
    public void Matches_OfMissingAttribute_IsFalseAndItsNegationTrue()
    {
        var leaf = new Filter.FieldEquals("absent", 1);
        Assert.False(Matches(leaf));
        Assert.True(Matches(new Filter.Not(leaf)));
    }

    [Fact]
    public void Matches_OfAnotherKind_IsFalseAndItsNegationTrue()
    {
        foreach (var leaf in (Filter[])[new Filter.FieldEquals("size", "3"), new Filter.FieldRange("made", GreaterOrEqual: 0), new Filter.FieldRange("colour", LessThan: 9)])
        {
            Assert.False(Matches(leaf));
            Assert.True(Matches(new Filter.Not(leaf)));
        }
    }

    [Fact]
    public void Matches_OfEmptyLists_IsFalse()
    {
        Assert.False(Matches(new Filter.FieldIn("colour", [])));
        Assert.False(Matches(new Filter.IdIn([])));
    }

    [Fact]
    public void Matches_OfAnotherCase_IsFalse() => Assert.False(Matches(new Filter.FieldEquals("colour", "Red")));

    [Fact]
    public void Matches_Allocates_Nothing()
    {
        var compiled = CompiledFilter.Compile(new Filter.And(
        [
            new Filter.FieldIn("tags", ["a", "b", "wild"]),
            new Filter.FieldRange("size", GreaterThan: 2, LessOrEqual: 3),
            new Filter.Not(new Filter.IdIn(["hare", "hound"])),
            new Filter.ModalityIs(["image", "video"]),
        ]));
        var row = new FilterRow("fox"u8, 2, Item.Attributes.Encoded.Span);
        Assert.True(compiled.Matches(row));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) compiled.Matches(row);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Compile_OfFaultyFilter_NamesTheField()
    {
        var error = Assert.Throws<ArgumentException>(() => CompiledFilter.Compile(new Filter.Not(new Filter.Or([]))));
        Assert.StartsWith("filter.not.or: ", error.Message);
    }

    private static bool Matches(Filter filter) => Matches(CompiledFilter.Compile(filter), Item);

    private static bool Matches(CompiledFilter filter, Item item) =>
        filter.Matches(new FilterRow(System.Text.Encoding.UTF8.GetBytes(item.Id), (byte)Modalities.CodeOf(item.Modality), item.Attributes.Encoded.Span));
}
