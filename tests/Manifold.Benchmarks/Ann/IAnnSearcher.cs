namespace Manifold.Benchmarks.Ann;

/// <summary>One searcher at one target, which takes its turn in each round. Not thread-safe: searchers run one after another.</summary>
internal interface IAnnSearcher
{
    /// <summary>What it is called in tables.</summary>
    string Name { get; }

    /// <summary>The recall asked for.</summary>
    double Target { get; }

    /// <summary>The recall reached over all queries, once <see cref="Warm"/> has run.</summary>
    double Recall { get; }

    /// <summary>Whether that is enough. Exact search that adds up in another order may take another of two rows that are as near as each other.</summary>
    bool IsAble => Recall >= (Target < 1 ? Target : 0.999);

    /// <summary>Runs all queries once, for the recall, the caches and the just-in-time compiler.</summary>
    void Warm();

    /// <summary>Measures one round.</summary>
    void Round();

    /// <summary>What the rounds showed.</summary>
    AnnFigures Figures();
}
