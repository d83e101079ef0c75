namespace Manifold.Client.Tests;

public sealed class FilterParserTests
{
    public static TheoryData<string, Filter> Conditions => new()
    {
        { "category = \"animals\"", Filter.Equal("category", "animals") },
        { "category == 'animals'", Filter.Equal("category", "animals") },
        { "n != 3", Filter.NotEqual("n", 3) },
        { "n <> 3", Filter.NotEqual("n", 3) },
        { "year >= 2020", Filter.AtLeast("year", 2020) },
        { "year>2020", Filter.GreaterThan("year", 2020) },
        { "x < -1.5e3", Filter.LessThan("x", -1500.0) },
        { "x <= .5", Filter.AtMost("x", 0.5) },
        { "seen = true", Filter.Equal("seen", true) },
        { "source in (\"noto\",'fluent')", Filter.In("source", "noto", "fluent") },
        { "source not in (1, 2)", Filter.Not(Filter.In("source", 1, 2)) },
        { "not source in (\"noto\")", Filter.Not(Filter.In("source", "noto")) },
        { "exists(tags)", Filter.Exists("tags") },
        { "exists = 1", Filter.Equal("exists", 1) },
        { "modality = image", Filter.OfModality(Modality.Image) },
        { "modality != 'text'", Filter.Not(Filter.OfModality(Modality.Text)) },
        { "modality in (image, none)", Filter.OfModality(Modality.Image, Modality.None) },
        { "id = 'a'", Filter.WithId("a") },
        { "id in ('a', 'b')", Filter.WithId("a", "b") },
        { "`id` = 'a'", Filter.Equal("id", "a") },
        { "`two words` = 1", Filter.Equal("two words", 1) },
        { "made = 2024-01-31", Filter.Equal("made", new DateTimeOffset(2024, 1, 31, 0, 0, 0, TimeSpan.Zero)) },
        { "made < 2024-01-31T09:30:00.5+02:00", Filter.LessThan("made", new DateTimeOffset(2024, 1, 31, 7, 30, 0, 500, TimeSpan.Zero)) },
        { "t = 'it''s \\'so\\''", Filter.Equal("t", "it's 'so'") },
        { "名前 = '猫'", Filter.Equal("名前", "猫") },
        { "a = 1 or b = 2 and c = 3", Filter.Or(Filter.Equal("a", 1), Filter.And(Filter.Equal("b", 2), Filter.Equal("c", 3))) },
        { "(a = 1 or b = 2) AND c = 3", Filter.And(Filter.Or(Filter.Equal("a", 1), Filter.Equal("b", 2)), Filter.Equal("c", 3)) },
        { "name starts with 'ab'", Filter.StartsWith("name", "ab") },
        { "starts starts with 'ab'", Filter.StartsWith("starts", "ab") },
        { "tags contains 'x'", Filter.Equal("tags", "x") },
        { "tags contains any of ('x', 'y')", Filter.In("tags", "x", "y") },
        { "tags contains all of ('x', 'y')", Filter.ContainsAll("tags", "x", "y") },
        { "place within 1.5 km of (48.1, -11.5)", Filter.Within("place", new GeoPoint(48.1, -11.5), 1500) },
        { "place within 300 m of (-0.5,0)", Filter.Within("place", new GeoPoint(-0.5, 0), 300) },
        { "place within box (-10, 170, 10, -170)", Filter.WithinBox("place", new GeoPoint(-10, 170), new GeoPoint(10, -170)) },
        { "not not a = 1", Filter.Not(Filter.Not(Filter.Equal("a", 1))) },
    };

    public static TheoryData<string, int, string> Mistakes => new()
    {
        { "", 0, "the name of an attribute" },
        { "   ", 3, "the name of an attribute" },
        { "a", 1, "a comparison" },
        { "a =", 3, "a value, found the end" },
        { "a = cat", 4, "texts go in quotes" },
        { "a = 'cat", 4, "closing ' is missing" },
        { "a = 1 b = 2", 6, "'and', 'or' or the end, found 'b'" },
        { "(a = 1", 6, "expected ')'" },
        { "a in ()", 6, "a value, found ')'" },
        { "a in (1,)", 8, "a value" },
        { "a > 'x'", 4, "a number or a time" },
        { "modality = picture", 11, "a modality" },
        { "id > 'a'", 3, "'=', '!=' or 'in'" },
        { "id = 4", 5, "a text in quotes" },
        { "a = 12abc", 4, "not a number" },
        { "a = 1e999", 4, "too large" },
        { "a = 2024-13-41", 4, "not a time" },
        { "a = 2024-01-31T10:00", 4, "needs a zone" },
        { "a ~ 1", 2, "'~' has no meaning" },
        { "and = 1", 0, "the name of an attribute" },
        { "a starts 'x'", 9, "expected 'with'" },
        { "a starts with 1", 14, "a text in quotes" },
        { "a contains 1", 11, "a text in quotes, 'any of' or 'all of'" },
        { "a contains any ('x')", 15, "expected 'of'" },
        { "a contains all of ()", 19, "a text in quotes" },
        { "a within 3 of (1, 2)", 11, "expected 'm'" },
        { "a within 3 km of (1, 2, 3)", 26, "here are 3 numbers" },
        { "a within box (1, 2, 3)", 22, "south, west, north, east" },
        { "a within box (1, 2, 3, 'x')", 23, "a number" },
        { "exists()", 7, "the name of an attribute" },
    };

    [Theory]
    [MemberData(nameof(Conditions))]
    public void Parse_Condition_IsTheFilterThatTheBuilderMakes(string text, Filter expected) => Assert.Equal(expected, Filter.Parse(text));

    [Theory]
    [MemberData(nameof(Conditions))]
    public void ToString_OfAFilter_ReadsBackAsTheSameFilter(string text, Filter expected)
    {
        Assert.NotEmpty(text);
        Assert.Equal(expected, Filter.Parse(expected.ToString()));
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Parse_Mistake_SaysWhereAndWhat(string text, int position, string message)
    {
        var error = Assert.Throws<FilterSyntaxException>(() => Filter.Parse(text));
        Assert.Equal(position, error.Position);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.StartsWith($"at character {position + 1}: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_DeepNesting_IsRefusedWithoutExhaustingTheStack()
    {
        var text = new string('(', 100_000) + "a = 1" + new string(')', 100_000);
        Assert.Contains("deep", Assert.Throws<FilterSyntaxException>(() => Filter.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_RandomPieces_GivesAFilterOrASyntaxError()
    {
        string[] pieces = ["a", "=", "'x'", "1", "(", ")", "and", "or", "not", "in", ",", "exists", "modality", "id", "image", "2024-01-01", "<", ">=", "`", "\"", "-", ".", "starts", "with", "contains", "any", "all", "of", "within", "box", "km"];
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var filters = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Join(' ', random.GetItems(pieces, random.Next(1, 9)));
            try
            {
                var filter = Filter.Parse(text);
                Assert.Equal(filter, Filter.Parse(filter.ToString()));
                filters++;
            }
            catch (FilterSyntaxException error)
            {
                Assert.InRange(error.Position, 0, text.Length);
            }
        }

        Assert.NotEqual(0, filters);
    }
}
