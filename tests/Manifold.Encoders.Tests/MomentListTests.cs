namespace Manifold.Encoders.Tests;

public sealed class MomentListTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(33)]
    public void Add_AnyNumber_KeepsTheLimitTheOrderAndTheWhole(int limit)
    {
        var random = new Random(5);
        for (int count = 1; count <= 300; count++)
        {
            var list = new MomentList(3, limit);
            var vectors = new List<float[]>();
            for (int i = 0; i < count; i++)
            {
                float[] vector = [random.NextSingle(), random.NextSingle(), random.NextSingle()];
                Assert.True(OnnxModel.TryNormalize(vector));
                vectors.Add(vector);
                list.Add(new Moment(vector, i, i + 1));
            }

            IReadOnlyList<Moment> moments = list.Finish();
            Assert.InRange(moments.Count, Math.Min(count, limit / 2 - 1), limit);
            Assert.Equal((0, count), (moments[0].StartSeconds, moments[^1].EndSeconds));
            Assert.All(moments.Zip(moments.Skip(1)), pair => Assert.Equal(pair.First.EndSeconds, pair.Second.StartSeconds));

            // All but the last stand for as much as the first.
            Assert.All(moments.SkipLast(1), m => Assert.Equal(moments[0].EndSeconds, m.EndSeconds - m.StartSeconds));
            float[] mean = [.. Enumerable.Range(0, 3).Select(d => vectors.Average(v => v[d]))];
            Assert.True(OnnxModel.TryNormalize(mean));
            Assert.Equal(mean.Select(m => (double)m), list.Mean()!.Select(m => (double)m), (a, b) => Math.Abs(a - b) < 1e-5);
        }
    }

    [Fact]
    public void Finish_FewerThanTheLimit_ReturnsThemAsTheyAre()
    {
        var list = new MomentList(2, 10);
        Moment[] moments = [new([1, 0], 0, 2), new([0, 1], 2, 3)];
        foreach (Moment moment in moments)
            list.Add(moment);
        Assert.Equal(moments, list.Finish());
    }

    [Fact]
    public void Mean_VectorsThatCancelOut_IsNone()
    {
        var list = new MomentList(2, 10);
        list.Add(new Moment([1, 0], 0, 1));
        list.Add(new Moment([-1, 0], 1, 2));
        Assert.Null(list.Mean());
        Assert.Null(new MomentList(2, 10).Mean());
    }
}
