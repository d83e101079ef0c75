namespace Manifold.Grains.Tests;

/// <summary>Which shard an item is in: stored data depend on it, so it never changes.</summary>
public sealed class ShardKeyTests
{
    [Theory]
    [InlineData("a", 1, 2, 6, 11, 27)]
    [InlineData("item-1", 1, 2, 5, 15, 47)]
    [InlineData("é", 0, 0, 3, 8, 56)]
    [InlineData("日本語", 1, 0, 6, 1, 33)]
    [InlineData("🎈", 1, 1, 1, 15, 31)]
    [InlineData("pictures/2024/a long path with more than thirty-two bytes.png", 1, 2, 1, 9, 25)]
    public void ShardOf_KnownIds_AreWhereTheyAlwaysWere(string id, int of2, int of3, int of7, int of16, int of64) =>
        Assert.Equal(
            (0, of2, of3, of7, of16, of64),
            (ShardKey.ShardOf(id, 1), ShardKey.ShardOf(id, 2), ShardKey.ShardOf(id, 3), ShardKey.ShardOf(id, 7), ShardKey.ShardOf(id, 16), ShardKey.ShardOf(id, 64)));

    [Theory]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(64)]
    public void ShardOf_RunningNumbers_SpreadEvenly(int shards)
    {
        const int PerShard = 1000;
        var counts = Enumerable.Range(0, shards * PerShard).CountBy(i => ShardKey.ShardOf($"item-{i}", shards)).ToDictionary();

        // The ids are fixed, so this is no matter of luck: even spread has a standard deviation of 3 %, and nothing is beyond five of them.
        Assert.Equal(shards, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, PerShard * 0.84, PerShard * 1.16));
    }

    [Fact]
    public void Format_ThenParse_GivesCollectionAndShard()
    {
        Assert.Equal("things.0a1b2c3d/12/0", ShardKey.Format("things.0a1b2c3d", 12));
        Assert.Equal("things.0a1b2c3d/12/2", ShardKey.Format("things.0a1b2c3d", 12, rank: 2));
        Assert.Equal(("things.0a1b2c3d", "things.0a1b2c3d/12"), ShardKey.Parse("things.0a1b2c3d/12/2"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("things/1")]
    [InlineData("things/1/2/3")]
    public void Parse_NoShardKey_Throws(string key) => Assert.Throws<ArgumentException>(() => ShardKey.Parse(key));
}
