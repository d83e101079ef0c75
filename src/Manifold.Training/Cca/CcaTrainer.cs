using System.Diagnostics;

namespace Manifold.Training;

/// <summary>Fits a CCA bundle from the data cache: extract, reduce, fit, write.</summary>
internal static class CcaTrainer
{
    /// <summary>Pictures, distinct texts and pairs in the form that the fit takes.</summary>
    public sealed record Pairs(IReadOnlyList<Picture> Pictures, IReadOnlyList<string> Texts, IReadOnlyList<(int Picture, int Text, double Weight)> Links);

    /// <summary>Lists the distinct texts of a training set and which picture goes with which.</summary>
    public static Pairs Link(IReadOnlyList<CaptionedPicture> set)
    {
        var texts = new Dictionary<string, int>(StringComparer.Ordinal);
        var links = new List<(int, int, double)>();
        for (int p = 0; p < set.Count; p++)
        {
            foreach (var (text, weight) in set[p].Captions)
            {
                if (!texts.TryGetValue(text, out int t))
                    texts[text] = t = texts.Count;
                links.Add((p, t, weight));
            }
        }

        return new Pairs([.. set.Select(item => item.Picture)], [.. texts.Keys], links);
    }

    /// <summary>Trains and writes a bundle into <paramref name="folder"/>.</summary>
    /// <param name="corpus">The data.</param>
    /// <param name="folder">Made if it is not there; files of an older bundle are replaced.</param>
    /// <param name="options">The options.</param>
    /// <param name="log">Where progress is told.</param>
    public static CcaModel Train(Corpus corpus, string folder, CcaOptions options, TextWriter log)
    {
        var clock = Stopwatch.StartNew();
        void Say(string message) => log.WriteLine($"[{clock.Elapsed.TotalSeconds,6:0.0} s] {message}");

        var pairs = Link(TrainingSet.Load(corpus, options));
        Say($"{pairs.Pictures.Count} pictures, {pairs.Texts.Count} texts, {pairs.Links.Count} pairs");
        using var extractor = new PictureFeatureExtractor(options.Picture);
        var features = extractor.Extract(pairs.Pictures);
        if (options.Mirror)
            features = Stack(features, extractor.Extract(pairs.Pictures, variant: true));
        Say($"{features.Columns} features of {features.Rows} pictures{(options.Mirror ? " (each also mirrored)" : "")}");
        var processor = Process.GetCurrentProcess();
        var before = processor.TotalProcessorTime;
        var model = Fit(pairs, features, options);
        processor.Refresh();
        Say($"fitted in {(processor.TotalProcessorTime - before).TotalSeconds:0.0} CPU-seconds; canonical correlations {model.Correlations[0]:0.000} to {model.Correlations[^1]:0.000}");
        CcaBundle.Write(folder, model, options);
        Say($"bundle in {folder}, {Directory.EnumerateFiles(folder).Sum(file => new FileInfo(file).Length) / 1e6:0.0} MB");
        return model;
    }

    /// <summary>The pairs with the mirrored pictures, whose rows follow all the others, when the options ask for them.</summary>
    public static IReadOnlyList<(int Picture, int Text, double Weight)> LinksOf(Pairs pairs, CcaOptions options) => options.Mirror
        ? [.. pairs.Links, .. pairs.Links.Select(link => (link.Picture + pairs.Pictures.Count, link.Text, link.Weight))]
        : pairs.Links;

    private static CcaModel Fit(Pairs pairs, DenseMatrix features, CcaOptions options)
    {
        var text = new TextFeatures(options, pairs.Texts);
        var pictures = CcaFit.Reduce(features, options.PictureRank, options.Seed);
        var solution = CcaFit.Solve(pictures, text.Of(pairs.Texts), LinksOf(pairs, options), options);
        return CcaFit.Finish(pictures, text.Idf, solution, options);
    }

    private static DenseMatrix Stack(DenseMatrix top, DenseMatrix bottom) =>
        new(top.Rows + bottom.Rows, top.Columns, [.. top.Values, .. bottom.Values]);
}
