using System.Numerics.Tensors;

namespace Manifold.Training.Tests;

/// <summary>Word vectors that others learnt, as files, and what they say of texts.</summary>
public sealed class WordVectorsTests : IDisposable
{
    private const string Lines = "the 1 1 1\nship 4 0 0\nboat 3.9 0.1 0\napple 0 4 0\npear 0 3.9 1e-1\n";
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Of_TextsOfLikeWords_AreNear()
    {
        var words = Load("words.txt", Lines);
        Assert.Equal(["the", "ship", "boat", "apple", "pear"], words.Words);
        Assert.True(Cosine(words, "Ship", "boat") > 0.99);
        Assert.True(Cosine(words, "ship", "apple") < 0);
        Assert.True(Cosine(words, "the ship, the boat", "boat") > 0.9);
        Assert.Equal(1, TensorPrimitives.Norm<float>(words.Of("apple pear")!), 1e-5);
    }

    [Theory]
    [InlineData("a ship")]
    [InlineData("企鹅")]
    [InlineData("12!")]
    [InlineData("")]
    public void Of_ATextWithAWordThatIsNotKnown_OrWithoutAny_IsNothing(string text) => Assert.Null(Load("words.txt", Lines).Of(text));

    [Fact]
    public void Load_OfTheJsonFile_ReadsTheFirstWords()
    {
        var words = Load("words.json", """{"precision": 8, "dimensions": 2, "words": ["ship", "boat", "apple"], "vectors": {"ship": [4, 0, 4, 0], "boat": [3, 0.1, 3, 1], "apple": [0, 4, 4, 2]}, "unkVector": [0, 0, 0, -1]}""", 2);
        Assert.Equal(["ship", "boat"], words.Words);
        Assert.Equal(2, words.Dimension);
    }

    [Theory]
    [InlineData("words.txt", "", "words.txt is empty")]
    [InlineData("words.txt", "ship 1 2\nboat 1\n", "words.txt:2: a word and 2 numbers")]
    [InlineData("words.txt", "ship 1 2\nboat 1 x\n", "words.txt:2: 'x' is not a number")]
    [InlineData("words.json", "{", "words.json does not hold word vectors")]
    [InlineData("words.json", "[]", "words.json does not hold word vectors")]
    [InlineData("words.json", """{"dimensions": 2, "vectors": {"ship": [1]}}""", "words.json does not hold word vectors")]
    [InlineData("words.json", """{"dimensions": 2, "vectors": {"ship": 7}}""", "words.json does not hold word vectors")]
    [InlineData("words.json", """{"vectors": {"ship": [1, 2]}}""", "words.json does not hold word vectors")]
    public void Load_OfSomethingElse_NamesThePlace(string file, string content, string expected)
    {
        var error = Assert.Throws<InvalidDataException>(() => Load(file, content));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfAMissingFile_NamesItAndTheKey()
    {
        var error = Assert.Throws<InvalidDataException>(() => WordVectors.Load(_folder.Of("nowhere.txt"), 10));
        Assert.Contains("nowhere.txt", error.Message, StringComparison.Ordinal);
        Assert.Contains("data.word_vectors", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static double Cosine(WordVectors words, string a, string b) => TensorPrimitives.Dot<float>(words.Of(a)!, words.Of(b)!);

    private WordVectors Load(string name, string content, int count = 100)
    {
        File.WriteAllText(_folder.Of(name), content);
        return WordVectors.Load(_folder.Of(name), count);
    }
}
