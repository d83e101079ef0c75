using Manifold.Index;

namespace Manifold.Grains.Tests;

public sealed class HitFusionTests
{
    private static readonly Hit[] Vectors = [new("a", 0.9f), new("b", 0.8f), new("c", 0.1f)];
    private static readonly Hit[] Words = [new("c", 12), new("d", 4), new("b", 2)];

    [Fact]
    public void ByRanks_AddsReciprocalRanks()
    {
        var fused = HitFusion.Default.Fuse(Vectors, Words, 10);
        Assert.Equal(["c", "b", "a", "d"], fused.Select(hit => hit.Id));
        Assert.Equal([(float)((1.0 / 63) + (1.0 / 61)), (float)((1.0 / 62) + (1.0 / 63)), 1f / 61, 1f / 62], fused.Select(hit => hit.Score));
        Assert.Equal(["c", "b"], HitFusion.Default.Fuse(Vectors, Words, 2).Select(hit => hit.Id));
    }

    [Fact]
    public void ByScores_AddsScoresOfOneScale()
    {
        var fused = new HitFusion(null, 0.25).Fuse(Vectors, Words, 10).ToDictionary(hit => hit.Id, hit => hit.Score);
        Assert.Equal(0.25f, fused["a"], 1e-6f);
        Assert.Equal(0.25f * 0.875f, fused["b"], 1e-6f);
        Assert.Equal(0.75f, fused["c"], 1e-6f);
        Assert.Equal(0.75f * 0.2f, fused["d"], 1e-6f);
    }

    [Fact]
    public void OneListAlone_KeepsItsOrder_AndEqualScoresAreOrderedById()
    {
        Assert.Equal(["a", "b", "c"], HitFusion.Default.Fuse(Vectors, [], 10).Select(hit => hit.Id));
        Assert.Equal(["c", "d", "b"], new HitFusion(null, 0.5).Fuse([], Words, 10).Select(hit => hit.Id));
        Assert.Equal([new Hit("x", 0.5f), new Hit("y", 0.5f)], new HitFusion(null, 0.5).Fuse([new("y", 3), new("x", 3)], [], 10));
        Assert.Empty(HitFusion.Default.Fuse([], [], 10));
    }
}
