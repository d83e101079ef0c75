using System.Numerics.Tensors;

namespace Manifold.Encoders;

/// <summary>
/// The moments of one track and their mean. Where there are more than a limit, neighbours are joined two by two, and from then on twice as many
/// vectors make a moment: a recording of any length keeps a bounded number of moments that cover all of it, only coarser ones.
/// </summary>
internal sealed class MomentList
{
    private readonly int _limit;
    private readonly double[] _sum;
    private readonly List<Moment> _moments = [];
    private readonly List<Moment> _pending = [];
    private int _vectorsPerMoment = 1;
    private long _count;

    /// <param name="dimension">Length of the vectors.</param>
    /// <param name="limit">The most moments, at least 2.</param>
    public MomentList(int dimension, int limit)
    {
        // Odd, so that one too many is an even number, and with room for what is pending at the end.
        _limit = (limit - 2) | 1;
        _sum = new double[dimension];
    }

    /// <summary>Adds the next moment, of length 1.</summary>
    public void Add(Moment moment)
    {
        for (int i = 0; i < _sum.Length; i++)
            _sum[i] += moment.Vector[i];
        _count++;
        _pending.Add(moment);
        if (_pending.Count < _vectorsPerMoment)
            return;
        Flush();
        if (_moments.Count <= _limit)
            return;
        Moment[] joined = [.. _moments.Chunk(2).Select(Join)];
        _moments.Clear();
        _moments.AddRange(joined);
        _vectorsPerMoment *= 2;
    }

    /// <summary>All moments, in order.</summary>
    public IReadOnlyList<Moment> Finish()
    {
        if (_pending.Count > 0)
            Flush();
        return _moments;
    }

    /// <summary>The mean of all vectors that were added, of length 1; null where there were none, or they cancel out.</summary>
    public float[]? Mean()
    {
        if (_count == 0)
            return null;
        float[] mean = [.. _sum.Select(s => (float)(s / _count))];
        return OnnxModel.TryNormalize(mean) ? mean : null;
    }

    private void Flush()
    {
        _moments.Add(Join([.. _pending]));
        _pending.Clear();
    }

    private static Moment Join(Moment[] moments)
    {
        if (moments.Length == 1)
            return moments[0];
        float[] sum = [.. moments[0].Vector];
        foreach (Moment moment in moments.AsSpan(1))
            TensorPrimitives.Add(sum, moment.Vector, sum);

        // Vectors that cancel out have no direction in common: the first stands for both.
        return new Moment(OnnxModel.TryNormalize(sum) ? sum : moments[0].Vector, moments[0].StartSeconds, moments[^1].EndSeconds);
    }
}
