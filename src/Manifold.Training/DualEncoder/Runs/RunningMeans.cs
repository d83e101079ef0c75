namespace Manifold.Training;

/// <summary>Means of what steps measured since they were last taken.</summary>
internal sealed class RunningMeans
{
    private readonly Dictionary<string, double> _terms = [];
    private double _loss;
    private int _count;

    public void Add(StepLosses measured)
    {
        _count++;
        _loss += measured.Loss;
        foreach (var (term, value) in measured.Terms)
            _terms[term] = _terms.GetValueOrDefault(term) + value;
    }

    /// <summary>The means, and begins anew.</summary>
    public (double Loss, IReadOnlyDictionary<string, double> Terms) Take()
    {
        var means = (_loss / _count, _terms.ToDictionary(pair => pair.Key, pair => pair.Value / _count));
        _terms.Clear();
        (_loss, _count) = (0, 0);
        return means;
    }
}
