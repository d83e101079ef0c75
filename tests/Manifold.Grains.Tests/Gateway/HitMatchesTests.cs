using Manifold.Index;

namespace Manifold.Grains.Tests;

public sealed class HitMatchesTests
{
    [Fact]
    public void Unpack_OfPacked_IsTheSame()
    {
        VectorMatch[] matches = [new(0, 7, 0.5f, Place.Interval(1, 2)), new(1, 0, -1, null), new(2, 3, 2, Place.Box(0, 0, 0.5f, 1))];
        var packed = HitMatches.Pack([new Hit("a", 1, matches), new Hit("b", 0, [])])!;
        Assert.Equal(3 * HitMatches.MatchBytes, packed[0].Length);
        Assert.Equal(matches, HitMatches.Unpack(packed[0]));
        Assert.Empty(HitMatches.Unpack(packed[1]));
        Assert.Null(HitMatches.Pack([new Hit("a", 1)]));
    }
}
