using System.Buffers;
using Manifold.Index.Kernels;

namespace Manifold.Index;

/// <summary>One search of a view under way: what it looks for, and what it has found so far.</summary>
internal sealed class SearchRun : IDisposable
{
    private readonly float[] _rented;
    private readonly int _length;

    /// <exception cref="ArgumentException">The query is not valid; the message begins with the field.</exception>
    public SearchRun(SearchQuery query, IReadOnlyList<SpaceSchema> spaces, long liveRows, IRowOrder order)
    {
        var errors = query.Validate(spaces);
        if (errors.Count > 0) throw new ArgumentException(errors[0].ToString(), nameof(query));
        Space = spaces.First(candidate => candidate.Name == query.Space);
        Filter = query.Filter is null ? null : CompiledFilter.Compile(query.Filter);
        MinimumScore = query.ScoreThreshold ?? float.NegativeInfinity;
        Recall = query.Recall;
        Results = new TopK((int)Math.Clamp(query.Limit, 1, Math.Max(1, liveRows)), order);
        _length = query.Vector.Length;
        _rented = ArrayPool<float>.Shared.Rent(_length);
        Space.Prepare(query.Vector.Span, _rented.AsSpan(0, _length));
        if (Space.IsMultiVector) MaxSim = new MaxSim(Space.Metric, Space.Dimension, Vector);
    }

    public SpaceSchema Space { get; }

    /// <summary>[dimension], in a multi-vector space [vectors × dimension]; of unit length under cosine.</summary>
    public ReadOnlySpan<float> Vector => _rented.AsSpan(0, _length);

    /// <summary>Scores the items of a multi-vector space; null in others.</summary>
    public MaxSim? MaxSim { get; }

    /// <summary>The filter, or null.</summary>
    public CompiledFilter? Filter { get; }

    /// <summary>Inclusive lower bound of the scores wanted; negative infinity for none.</summary>
    public float MinimumScore { get; }

    /// <summary>The mean share of the true hits to be found; 1 for all.</summary>
    public double Recall { get; }

    /// <summary>The best rows of all segments so far.</summary>
    public TopK Results { get; }

    /// <summary>What was done so far.</summary>
    public SearchEffort Effort;

    /// <summary>Gives the vector's memory back; once.</summary>
    public void Dispose()
    {
        ArrayPool<float>.Shared.Return(_rented);
        MaxSim?.Dispose();
    }
}
