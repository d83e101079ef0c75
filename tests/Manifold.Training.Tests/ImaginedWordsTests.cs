using System.Globalization;
using System.Numerics.Tensors;
using Manifold.Encoders;

namespace Manifold.Training.Tests;

/// <summary>Words that no caption has are guessed from captions of like meaning, and a regression then knows them.</summary>
[Collection(TorchTests.Name)]
public sealed class ImaginedWordsTests : IDisposable
{
    // Five groups of forty words each: the words of a group mean much the same. Particles stand before them, as in files by frequency.
    private const int Particles = 150, Groups = 5, WordsOfAGroup = 40, Dimension = 8;
    private readonly TemporaryFolder _folder = new();
    private readonly WordVectors _words;
    private readonly IReadOnlyList<TrainingConcept> _concepts;
    private readonly float[][] _vectors;

    public ImaginedWordsTests()
    {
        TorchRuntime.EnsureReady(1);
        var random = new Random(5);
        string Numbers(int group) => string.Join(' ', Enumerable.Range(0, Groups).Select(i => ((i == group ? 4 : 0) + random.NextDouble()).ToString("0.000", CultureInfo.InvariantCulture)));
        File.WriteAllLines(_folder.Of("words.txt"), [
            .. Enumerable.Range(0, Particles).Select(i => $"{Name(i, 'q')} {Numbers(-1)}"),
            .. Enumerable.Range(0, Groups * WordsOfAGroup).Select(i => $"{Name(i, 'w')} {Numbers(i % Groups)}")]);
        _words = WordVectors.Load(_folder.Of("words.txt"), 1000);

        // Every second word is the caption of a picture, whose vector is that of its group.
        int[] captioned = [.. Enumerable.Range(0, Groups * WordsOfAGroup).Where(i => i / Groups % 2 == 0)];
        _concepts = [.. captioned.Select(i => new TrainingConcept(Name(i, 'w'), [new CaptionedPicture(new Picture(PictureSource.Own, Name(i, 'w'), "none"), [(Name(i, 'w'), 1.0)])]))];
        _vectors = [.. captioned.Select(i => Enumerable.Range(0, Dimension).Select(d => d == i % Groups ? 1f : 0).ToArray())];
    }

    [Fact]
    public void Unseen_OfWordsAndCaptions_LeavesOutParticlesAndWhatCaptionsHave()
    {
        string[] unseen = Unseen();
        Assert.Equal(Groups * WordsOfAGroup / 2, unseen.Length);
        Assert.DoesNotContain(unseen, word => word[0] == 'q');
        Assert.Empty(unseen.Intersect(_concepts.Select(concept => concept.Key)));
    }

    [Fact]
    public void Guess_OfWordsWithoutCaptions_IsNearThePicturesOfTheirGroup()
    {
        string[] unseen = Unseen();
        var guessed = ImaginedWords.Guess(unseen, _words, _concepts, _vectors);
        for (int i = 0; i < unseen.Length; i++)
            Assert.Equal(GroupOf(unseen[i]), TensorPrimitives.IndexOfMax<float>(guessed[i]));
    }

    [Fact]
    public void Regression_WithImaginedWords_FindsTheirGroup_AndTheExportedTowerToo()
    {
        string[] unseen = Unseen();
        var model = new ModelConfig { Dimension = Dimension * 2, Tokenizer = new() { Buckets = 65536 }, Rows = 300 };
        var config = new DualEncoderConfig { Name = "words", Model = model, Export = new ExportConfig { Weights = WeightPrecision.Float32, RegressionShare = 0.999 } };
        float[][] wide = [.. _vectors.Select(vector => (float[])[.. vector, .. new float[Dimension]])];
        var captions = new CaptionTokens(_concepts.Select(concept => concept.Key), model, unseen);
        Assert.True(captions.Rows.Count > captions.Rows.Shared);
        var guessed = ImaginedWords.Guess(unseen, _words, _concepts, wide);
        var regression = TextRegression.Solve(_concepts, captions, wide, captions.InverseDocumentFrequencies(), ridge: 0.3, guessed, imaginedWeight: 1);

        using var tower = new TextTowerModule(model);
        tower.Weigh(captions.InverseDocumentFrequencies()[..captions.Rows.Shared]);
        tower.eval();
        using var runner = new Onnx.OnnxRunner(TextTowerGraph.Write(tower, config, captions.Rows, regression));
        var tokenizer = new HashedNgramTokenizer(model.Tokenizer, model.MaxTokens);
        foreach (string word in unseen)
        {
            Assert.Equal(GroupOf(word), TensorPrimitives.IndexOfMax<float>(regression.Apply(captions.Rows.Of(tokenizer.Tokenize(word)))));
            var batch = TextBatch.Of([tokenizer.Tokenize(word)]);
            var (vector, _) = runner.Run(("ids", batch.Ids, [1, batch.Width]), ("weights", batch.Counts, [1, batch.Width]));
            Assert.Equal(GroupOf(word), TensorPrimitives.IndexOfMax<float>(vector));
        }
    }

    public void Dispose() => _folder.Dispose();

    private string[] Unseen() => ImaginedWords.Unseen(_words, _concepts.Select(concept => concept.Key), 1000);

    // Names without n-grams in common that would tell groups: letters of a hash.
    private static string Name(int index, char first)
    {
        var random = new Random(index + (first * 1000));
        return first + new string([.. Enumerable.Range(0, 7).Select(_ => (char)('a' + random.Next(26)))]);
    }

    private static int GroupOf(string word) => Enumerable.Range(0, Groups * WordsOfAGroup).First(i => Name(i, 'w') == word) % Groups;
}
