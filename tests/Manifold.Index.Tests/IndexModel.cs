using System.Collections.Immutable;
using Manifold.Index.Tests.Filters;

namespace Manifold.Index.Tests;

/// <summary>What a view should answer, from a dictionary and by brute force.</summary>
internal sealed record IndexModel(ImmutableDictionary<string, Item> Items)
{
    public static readonly IComparer<string> IdOrder = Comparer<string>.Create((a, b) =>
        System.Text.Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(b)));

    public void AssertAgrees(SearchView view, Random random)
    {
        Assert.Equal(Items.Count, view.LiveRows);
        var filter = random.Next(3) == 0 ? null : FilterReference.Next(random);
        AssertSearch(view, random, filter);
        AssertMaxSim(view, random, filter);
        AssertSearchesTogether(view, random);
        Assert.Equal(Matching(filter).Count(), view.Count(filter, CancellationToken.None));
        for (var i = 0; i < 5; i++)
        {
            var id = SampleItems.NextId(random);
            Assert.Equal(Items.GetValueOrDefault(id), view.Get(id, withVectors: true));
        }

        AssertScroll(view, random, filter);
        AssertFacets(view, random, filter);
    }

    private void AssertSearch(SearchView view, Random random, Filter? filter)
    {
        var space = SampleItems.Spaces[random.Next(2)];
        var query = SampleItems.Vector(random, space.Dimension);
        var limit = random.Next(1, 40);
        var unit = query.ToArray();
        if (space.Metric == Metric.Cosine) VectorMath.Normalize(query, unit);
        float? threshold = random.Next(3) == 0 ? (space.Metric == Metric.Cosine ? 0.2f : -12) : null;
        var expected = Matching(filter)
            .Where(item => item.Vectors.ContainsKey(space.Name))
            .Select(item => new Hit(item.Id, Score(space.Metric, unit, item.Vectors[space.Name])))
            .Where(hit => threshold is null || hit.Score >= threshold)
            .OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Id, IdOrder)
            .Take(limit);
        Assert.Equal(expected, view.Search(new SearchQuery(space.Name, query, limit, filter, threshold), CancellationToken.None));
    }

    private void AssertMaxSim(SearchView view, Random random, Filter? filter)
    {
        const int Dimension = 3;
        var query = SampleItems.Vector(random, Dimension * random.Next(1, 24));
        var limit = random.Next(1, 20);
        var expected = Matching(filter)
            .Where(item => item.Vectors.ContainsKey("moments"))
            .Select(item => new Hit(item.Id, 0, Matches(item)))
            .Select(hit => hit with { Score = hit.Matches!.Sum(match => match.Score) })
            .OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Id, IdOrder)
            .Take(limit);
        Assert.Equal(expected, view.Search(new SearchQuery("moments", query, limit, filter), CancellationToken.None));

        VectorMatch[] Matches(Item item) =>
            [.. query.Chunk(Dimension).Select((q, i) => item.Vectors["moments"].Chunk(Dimension)
                .Select((x, j) => new VectorMatch(i, j, VectorMath.Dot(q, x), item.Places.GetValueOrDefault("moments")?[j]))
                .MaxBy(match => match.Score))];
    }

    private static void AssertSearchesTogether(SearchView view, Random random)
    {
        SearchQuery[] queries = [.. Enumerable.Range(0, random.Next(1, 8)).Select(_ =>
        {
            var space = SampleItems.Spaces[random.Next(3)];
            return new SearchQuery(space.Name, SampleItems.Vector(random, space.Dimension), random.Next(1, 40), random.Next(4) == 0 ? FilterReference.Next(random) : null, random.Next(4) == 0 ? -9 : null);
        })];
        var answers = view.Search(queries, CancellationToken.None);
        Assert.Equal(queries.Length, answers.Count);
        foreach (var (query, answer) in queries.Zip(answers))
        {
            Assert.Equal(view.Search(query, out var effort, CancellationToken.None), answer.Hits);
            Assert.Equal(effort, answer.Effort);
        }
    }

    private void AssertScroll(SearchView view, Random random, Filter? filter)
    {
        var limit = random.Next(1, 60);
        var after = random.Next(2) == 0 ? null : SampleItems.NextId(random);
        var expected = Matching(filter).Where(item => after is null || IdOrder.Compare(item.Id, after) > 0).OrderBy(item => item.Id, IdOrder).ToArray();
        var page = view.Scroll(after, limit, filter, withVectors: true, CancellationToken.None);
        Assert.Equal(expected.Take(limit), page.Items);
        Assert.Equal(expected.Length > limit ? page.Items[^1].Id : null, page.NextAfterId);
    }

    private void AssertFacets(SearchView view, Random random, Filter? filter)
    {
        var name = ((string[])["colour", "size", "public", "made", "tags", "größe", "place", "absent"])[random.Next(8)];
        var limit = random.Next(1, 12);
        AttributeValue[]? edges = random.Next(3) switch
        {
            0 => null,
            1 => [-2, 0, 0.5, 3],
            _ => [DateTimeOffset.UnixEpoch.AddMicroseconds(-3), DateTimeOffset.UnixEpoch],
        };
        var found = view.Facets(new FacetQuery(name, filter, limit, edges), CancellationToken.None);
        var values = Matching(filter).Where(item => item.Attributes.ContainsKey(name)).Select(item => item.Attributes[name]).ToArray();
        var expected = values
            .SelectMany(value => value.Kind == AttributeKind.StringList ? value.AsStringList.Distinct().Select(AttributeValue.Of) : [value])
            .Where(value => value.Kind is AttributeKind.String or AttributeKind.Bool)
            .GroupBy(value => value)
            .Select(group => new FacetValue(group.Key, group.Count()))
            .Order(FacetValue.Order)
            .ToArray();
        Assert.Equal(expected.Take(limit), found.Values);
        Assert.Equal((expected.Length > limit, true), (found.HasMore, found.IsComplete));
        AssertRange(values.Where(value => value.Kind == AttributeKind.Number), value => value.AsNumber, found.Numbers, edges);
        AssertRange(values.Where(value => value.Kind == AttributeKind.Time), value => value.AsUnixMicroseconds, found.Times, edges);
    }

    private static void AssertRange(IEnumerable<AttributeValue> values, Func<AttributeValue, double> order, FacetRange? found, AttributeValue[]? edges)
    {
        var sorted = values.OrderBy(order).ToArray();
        Assert.Equal(sorted.Length, found?.Count ?? 0);
        if (found is null) return;
        Assert.Equal((sorted[0], sorted[^1]), (found.Min, found.Max));
        if (edges is null || edges[0].Kind != sorted[0].Kind) Assert.Empty(found.Buckets);
        else
            Assert.Equal(
                Enumerable.Range(0, edges.Length + 1).Select(i => sorted.LongCount(value => (i == 0 || order(value) >= order(edges[i - 1])) && (i == edges.Length || order(value) < order(edges[i])))),
                found.Buckets);
    }

    private IEnumerable<Item> Matching(Filter? filter) => Items.Values.Where(item => filter is null || FilterReference.Matches(item, filter));

    private static float Score(Metric metric, float[] query, float[] vector) =>
        metric == Metric.L2 ? -VectorMath.SquaredL2(query, vector) + 0f : VectorMath.Dot(query, vector);
}
