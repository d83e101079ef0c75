using System.Runtime.InteropServices;
using System.Text;
using Manifold.Index;

namespace Manifold.Grains.Tests;

/// <summary>One sorted answer of several.</summary>
public sealed class HitMergeTests(ITestOutputHelper output)
{
    private static readonly HashSet<string> None = [];

    [Fact]
    public void Merge_ShardsOfAnyLength_AreInOrderOfScoreThenUtf8()
    {
        var merged = HitMerge.Merge(
            [Hits(("b", 3), ("é", 1), ("\U0001F388", 1)), Hits(), Hits(("a", 3), ("z", 1), ("\uFFFD", 1), ("a2", -1))], None, limit: 100);
        Assert.Equal([new("a", 3), new("b", 3), new("z", 1), new("é", 1), new("\uFFFD", 1), new("\U0001F388", 1), new("a2", -1)], merged);
    }

    [Fact]
    public void Merge_Limit_KeepsTheBest() =>
        Assert.Equal(["c", "b"], HitMerge.Merge([Hits(("b", 2), ("a", 1)), Hits(("c", 3))], None, limit: 2).Select(h => h.Id));

    [Fact]
    public void Merge_Excluded_DoNotCountForTheLimit() =>
        Assert.Equal(["b", "d"], HitMerge.Merge([Hits(("a", 4), ("b", 3)), Hits(("c", 3), ("d", 2))], new HashSet<string> { "a", "c" }, limit: 2).Select(h => h.Id));

    [Fact]
    public void Merge_NoShards_IsEmpty() => Assert.Empty(HitMerge.Merge([], None, limit: 10));

    [Fact]
    public void Merge_InfiniteScores_HaveTheirPlaces() => Assert.Equal(
        ["a", "b", "c"],
        HitMerge.Merge([Hits(("b", 0), ("c", float.NegativeInfinity)), Hits(("a", float.PositiveInfinity))], None, limit: 10).Select(h => h.Id));

    [Fact]
    public void Merge_RandomAnswers_AreWhatSortingAllOfThemGives()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var shards = Enumerable.Range(0, random.Next(1, 9))
                .Select(shard => Sort(Enumerable.Range(0, random.Next(30)).Select(i => new Hit($"{shard}-{i}", random.Next(4)))).ToArray())
                .ToArray();
            var limit = random.Next(1, 60);
            var expected = Sort(shards.SelectMany(hits => hits)).Take(limit);
            Assert.Equal(expected, HitMerge.Merge([.. shards.Select(hits => Hits([.. hits.Select(h => (h.Id, h.Score))]))], None, limit));
        }
    }

    [Fact]
    public void PackScores_Hits_AreLittleEndianFloats() =>
        Assert.Equal([1.5f, -2], MemoryMarshal.Cast<byte, float>(HitMerge.PackScores([new Hit("a", 1.5f), new Hit("b", -2)])).ToArray());

    private static IEnumerable<Hit> Sort(IEnumerable<Hit> hits) =>
        hits.OrderByDescending(h => h.Score).ThenBy(h => Encoding.UTF8.GetBytes(h.Id), Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)));

    private static ShardHits Hits(params (string Id, float Score)[] hits) =>
        new([.. hits.Select(h => h.Id)], HitMerge.PackScores([.. hits.Select(h => new Hit(h.Id, h.Score))]), []);
}
