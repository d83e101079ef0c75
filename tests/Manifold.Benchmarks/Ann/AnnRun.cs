namespace Manifold.Benchmarks.Ann;

/// <summary>Measures searchers in turns, so that what else the machine does meets all of them alike.</summary>
internal static class AnnRun
{
    /// <summary>Warms all searchers, then lets each have its turn in each round. Those that miss their target are left out, with a line in the log.</summary>
    public static IReadOnlyList<AnnFigures> Measure(IReadOnlyList<IAnnSearcher> searchers, int rounds, TextWriter log)
    {
        var able = new List<IAnnSearcher>();
        foreach (var searcher in searchers)
        {
            searcher.Warm();
            log.WriteLine($"{searcher.Name} {searcher.Target}: recall {searcher.Recall:0.0000}");
            if (!searcher.IsAble)
                log.WriteLine($"{searcher.Name} is left out at {searcher.Target}: its recall is {searcher.Recall:0.0000}");
            else
                able.Add(searcher);
        }

        for (var round = 0; round < rounds; round++)
        {
            foreach (var searcher in able)
                searcher.Round();
        }

        return [.. able.Select(searcher => searcher.Figures())];
    }
}
