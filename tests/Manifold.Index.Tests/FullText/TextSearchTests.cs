using System.Text;
using Manifold.Index.FullText;

namespace Manifold.Index.Tests.FullText;

/// <summary>BM25 over growing, sealed, indexed and merged segments against the formula, written over objects.</summary>
public sealed class TextSearchTests : IDisposable
{
    private static readonly SpaceSchema[] Spaces = [new("v", 2, Metric.InnerProduct)];
    private static readonly string[] Words = ["red", "green", "blue", "car", "cat", "Boat", "été", "消防车", "消", "防火", "straße", "x"];
    private readonly TemporaryFolder _folder = new();
    private readonly Random _random = Seeds.Create();
    private readonly IndexWriter _index = new(Spaces, new IndexOptions { GrowingChunkRows = 64 });
    private readonly Dictionary<string, Item> _all = [];
    private readonly List<Item> _counted = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _index.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void AnyQuery_HasTheScoresOfTheFormula_HoweverTheRowsAreStored()
    {
        for (var round = 0; round < 6; round++)
        {
            for (var i = 0; i < 120; i++) Upsert(NextItem($"{round}-{i}"));
            Check();
            if (round < 5) _index.Seal(_index.Freeze(), _folder.NewFile(), $"s{round}", withIndex: round % 2 == 0);
            Check();
        }

        // Deleted rows count in the statistics until their segment is written anew.
        foreach (var id in _all.Keys.Where((_, i) => i % 5 == 0).ToArray())
        {
            _index.Delete(id);
            _all.Remove(id);
        }

        Check();
        using var merge = _index.BeginMerge(["s0", "s1", "s2"]);
        _index.Replace(merge, "m", merge.Write(_folder.NewFile(), withIndex: true), RowBitmap.Empty);
        _counted.RemoveAll(item => item.Id[0] is '0' or '1' or '2' && !_all.ContainsKey(item.Id));
        Check();
    }

    [Fact]
    public void OneChineseCharacter_AndPartsOfCompounds_AreFound()
    {
        Upsert(Of("a", ("caption", "一辆红色的消防车")));
        Upsert(Of("b", ("caption", "消失")));
        Upsert(Of("c", ("caption", "a red fire engine")));
        _index.Publish();
        Assert.Equal(["b", "a"], Ids(new TextQuery("消", 10)));
        Assert.Equal(["a"], Ids(new TextQuery("消防", 10)));
        Assert.Equal(["a"], Ids(new TextQuery("消防车", 10, AllTerms: true)));
        Assert.Equal(["c"], Ids(new TextQuery("FIRE-engine", 10)));
    }

    [Fact]
    public void Fields_LimitWhereToLook_AndUnknownOnesFindNothing()
    {
        Upsert(Of("a", ("title", "boat"), ("caption", "car")));
        Upsert(Of("b", ("title", "car"), ("caption", "boat")));
        _index.Publish();
        Assert.Equal(["a"], Ids(new TextQuery("boat", 10, ["title"])));
        Assert.Equal(["a", "b"], Ids(new TextQuery("boat", 10, ["title", "caption", "title"])));
        Assert.Empty(Ids(new TextQuery("boat", 10, ["absent"])));
        Assert.Empty(Ids(new TextQuery("boat", 10, ["title"], Filter: new Filter.IdIn(["b"]))));
        Assert.Empty(Ids(new TextQuery("🦊 !", 10)));
    }

    [Theory]
    [InlineData("", 1, "match.text")]
    [InlineData("x", 0, "limit")]
    public void AQueryThatCannotBe_IsRefused(string text, int limit, string field)
    {
        var error = Assert.Throws<ArgumentException>(() => _index.Current.SearchText(new TextQuery(text, limit), Token));
        Assert.StartsWith(field, error.Message, StringComparison.Ordinal);
        Assert.Contains(new TextQuery("x\uD800", 1).Validate(), fault => fault.Field == "match.text");
        Assert.Contains(new TextQuery("x", 1, [""]).Validate(), fault => fault.Field == "match.fields[0]");
        Assert.Contains(new TextQuery(new string('x', TextQuery.MaxChars + 1), 1).Validate(), fault => fault.Field == "match.text");
    }

    [Fact]
    public void AFlippedBit_IsFoundOrHarmless_NeverACrash()
    {
        for (var i = 0; i < 60; i++) Upsert(NextItem($"{i}"));
        var path = _folder.NewFile();
        _index.Seal(_index.Freeze(), path, "s", withIndex: true);
        var segmentBytes = File.ReadAllBytes(path);
        var sound = File.ReadAllBytes(path + ".index");
        for (var round = 0; round < 400; round++)
        {
            var flipped = sound.ToArray();
            flipped[_random.Next(flipped.Length)] ^= (byte)(1 << _random.Next(8));
            string copy = _folder.NewFile(), damaged = _folder.NewFile();
            File.WriteAllBytes(copy, segmentBytes);
            File.WriteAllBytes(damaged, flipped);
            var segment = Segment.Open(copy);
            try
            {
                segment.Attach(SegmentIndex.Open(damaged));
            }
            catch (CorruptSegmentException)
            {
                segment.Dispose();
                continue;
            }

            using var index = new IndexWriter(Spaces);
            index.AddSegment("s", segment, RowBitmap.Empty);
            index.Publish();
            Assert.Throws<CorruptSegmentException>(() => segment.VerifyIndex(Token));
            foreach (var word in Words)
            {
                try
                {
                    index.Current.SearchText(new TextQuery(word, 5), Token);
                }
                catch (CorruptSegmentException)
                {
                    // It says so.
                }
            }
        }
    }

    private static Item Of(string id, params (string Name, string Text)[] texts) => new()
    {
        Id = id,
        Attributes = Attributes.Of([.. texts.Select(text => (text.Name, (AttributeValue)text.Text))]),
        Vectors = new Dictionary<string, float[]> { ["v"] = [1, 0] },
    };

    private Item NextItem(string id)
    {
        var values = new List<(string, AttributeValue)> { ("number", 3d) };
        if (_random.Next(4) != 0) values.Add(("caption", NextText()));
        if (_random.Next(3) == 0) values.Add(("title", NextText()));
        if (_random.Next(3) == 0) values.Add(("tags", AttributeValue.Of([NextText(), NextText()])));
        return new Item { Id = id, Attributes = Attributes.Of([.. values]), Vectors = new Dictionary<string, float[]> { ["v"] = [1, 0] } };
    }

    private string NextText() => string.Join(_random.Next(2) == 0 ? " " : ", ", Enumerable.Range(0, _random.Next(0, 9)).Select(_ => Words[(int)(Words.Length * Math.Pow(_random.NextDouble(), 2))]));

    private void Upsert(Item item)
    {
        _index.Upsert(item);
        _all[item.Id] = item;
        _counted.Add(item);
    }

    private IEnumerable<string> Ids(TextQuery query) => _index.Current.SearchText(query, Token).Select(hit => hit.Id);

    private void Check()
    {
        var view = _index.Publish();
        for (var i = 0; i < 12; i++)
        {
            var text = string.Join(' ', Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Words[_random.Next(Words.Length)]));
            string[]? fields = _random.Next(3) switch { 0 => ["caption"], 1 => ["tags", "title"], _ => null };
            var filter = _random.Next(3) == 0 ? new Filter.FieldExists("title") : null;
            var query = new TextQuery(text, _random.Next(1, 400), fields, _random.Next(3) == 0, filter);
            var expected = Reference(query);
            var found = view.SearchText(query, Token);
            Assert.Equal(expected.Select(hit => hit.Id), found.Select(hit => hit.Id));
            Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-5f));
        }
    }

    private List<Hit> Reference(TextQuery query)
    {
        List<string> terms = [];
        TextAnalyzer.Query(Encoding.UTF8.GetBytes(query.Text), term => terms.Add(Encoding.UTF8.GetString(term)));
        terms = [.. terms.Distinct()];
        var texts = _counted.ToDictionary(item => item, item => TermsOf(item, query.Fields));
        var mean = Math.Max(1, texts.Values.Sum(list => list.Count) / (double)texts.Count);
        var hits = new List<Hit>();
        foreach (var item in _all.Values.Where(item => query.Filter is null || item.Attributes.ContainsKey("title")))
        {
            var own = texts[item];
            if (!terms.Any(own.Contains) || (query.AllTerms && !terms.All(own.Contains))) continue;
            double score = 0;
            foreach (var term in terms)
            {
                double n = texts.Values.Count(list => list.Contains(term)), f = own.Count(term.Equals);
                score += Math.Log(1 + ((texts.Count - n + 0.5) / (n + 0.5))) * f * 2.2 / (f + (1.2 * (0.25 + (0.75 * own.Count / mean))));
            }

            hits.Add(new Hit(item.Id, (float)score));
        }

        return [.. hits.OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Id, IndexModel.IdOrder).Take(query.Limit)];
    }

    private static List<string> TermsOf(Item item, IReadOnlyList<string>? fields)
    {
        List<string> terms = [];
        foreach (var (name, value) in item.Attributes)
        {
            if (fields is not null && !fields.Contains(name)) continue;
            foreach (var text in value.Kind == AttributeKind.String ? [value.AsString] : value.Kind == AttributeKind.StringList ? value.AsStringList : [])
                TextAnalyzer.Index(Encoding.UTF8.GetBytes(text), term => terms.Add(Encoding.UTF8.GetString(term)));
        }

        return terms;
    }
}
