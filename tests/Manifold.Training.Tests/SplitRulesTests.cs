namespace Manifold.Training.Tests;

public sealed class SplitRulesTests
{
    [Fact]
    public void Hash_IsTheFirstFourBytesOfSha256OverTwoToThe32()
    {
        // printf 'split-v1|E:1F427' | sha256sum
        byte[] digest = System.Security.Cryptography.SHA256.HashData("split-v1|E:1F427"u8);
        uint first = ((uint)digest[0] << 24) | ((uint)digest[1] << 16) | ((uint)digest[2] << 8) | digest[3];
        Assert.Equal(first / 4294967296.0, SplitRules.Hash("E:1F427"));
        Assert.InRange(SplitRules.Hash("E:1F427"), 0, 1);
    }

    [Fact]
    public void Groups_JoinAtJaccardSixTenths_AndCarryTheLeastId()
    {
        var words = new Dictionary<string, SortedSet<string>>
        {
            ["c"] = ["red", "apple", "tree"],
            ["a"] = ["red", "apple", "tree", "big", "old"],
            ["b"] = ["blue", "sea"],
            ["d"] = ["apple", "tree", "big", "red"],
            ["e"] = ["blue"],
            ["f"] = [],
            ["g"] = [],
        };
        var groups = CaptionGroups.Of(words);
        // c-a shares 3 of 5 (0.6): joined. b-e shares 1 of 2: not. Items without words stay alone.
        Assert.Equal(["a", "a", "a"], new[] { groups["a"], groups["c"], groups["d"] });
        Assert.Equal(["b", "e", "f", "g"], new[] { groups["b"], groups["e"], groups["f"], groups["g"] });
    }

    [Fact]
    public void SplitEmoji_KeepsNearDuplicatesTogether_AndFollowsTheHashOfTheLeastCode()
    {
        var labels = new Dictionary<string, string>();
        for (int i = 0; i < 300; i++)
        {
            labels[$"{i:X4}"] = $"thing{i}";
            labels[$"{i:X4}-B"] = $"man thing{i}: dark skin tone";
        }

        var parts = SplitRules.SplitEmoji(labels);
        Assert.All(parts, pair =>
        {
            string least = pair.Key.Split('-')[0];
            double h = SplitRules.Hash("E:" + least);
            Assert.Equal(h < 0.1 ? SplitPart.Dev : h < 0.2 ? SplitPart.Reserved : SplitPart.Train, pair.Value);
        });
        Assert.Contains(SplitPart.Dev, parts.Values);
        Assert.Contains(SplitPart.Reserved, parts.Values);
    }

    [Theory]
    [InlineData(SplitRules.MaxHeldOutStamps)]
    [InlineData(SplitRules.MaxHeldOutStamps + 1)]
    public void SplitStamps_PutsGroupsAboveTheLimitIntoTrain(int size)
    {
        // A key that the hash holds out.
        string held = Enumerable.Range(0, 1000).Select(i => $"k{i}").First(key => SplitRules.Hash("S:" + key + "/00") < 0.1);
        var captions = Enumerable.Range(0, size).ToDictionary(i => $"{held}/{i:00}", _ => "A zebra.");
        var parts = SplitRules.SplitStamps(captions);
        Assert.All(parts.Values, part => Assert.Equal(size > SplitRules.MaxHeldOutStamps ? SplitPart.Train : SplitPart.Dev, part));
    }

    [Fact]
    public void SplitClipArt_DependsOnTheSetOfWordsOnly() =>
        Assert.All(Enumerable.Range(0, 200), i => Assert.Equal(
            SplitRules.SplitClipArt($"The red bird{i}", ["tree"]), SplitRules.SplitClipArt($"Trees: a bird{i}", ["bird" + i, "RED"])));

    [Fact]
    public void SplitSeenConcept_HalvesTheConcepts()
    {
        int dev = Enumerable.Range(0, 2000).Count(i => SplitRules.SplitSeenConcept($"{i:X4}") == SplitPart.Dev);
        Assert.InRange(dev, 900, 1100);
        Assert.All(Enumerable.Range(0, 50), i => Assert.NotEqual(SplitPart.Train, SplitRules.SplitSeenConcept($"{i:X4}")));
    }
}
