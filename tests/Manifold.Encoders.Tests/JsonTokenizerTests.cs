using System.Text.Json.Nodes;

namespace Manifold.Encoders.Tests;

/// <summary>
/// Published ids where there are any (CLIP's, RoBERTa's, the small vocabularies in the tests of Hugging Face's transformers), else ids that follow from a vocabulary of a few lines. The same code was compared
/// with Hugging Face's own tokenizers on random text: docs/encoders.md.
/// </summary>
public sealed class JsonTokenizerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("manifold-tokenizer-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("a photo of a cat", new[] { 320, 1125, 539, 320, 2368 })]
    [InlineData("Golden Retriever in SNOW", new[] { 3878, 28394, 530, 2583 })]
    [InlineData("neon street at night!!", new[] { 13919, 2012, 536, 930, 748 })]
    [InlineData("don't STOP", new[] { 847, 713, 1691 })]
    [InlineData("café  crème", new[] { 15304, 1075, 12138, 614 })]
    [InlineData("cafe\u0301  cre\u0300me", new[] { 15304, 1075, 12138, 614 })]
    [InlineData("東京タワー", new[] { 48338, 21078, 105, 34941, 2429, 107, 30391 })]
    [InlineData("x²", new[] { 343, 41175 })]
    [InlineData("it's 2024", new[] { 585, 568, 273, 271, 273, 275 })]
    [InlineData("under_score", new[] { 1798, 318, 4431 })]
    [InlineData("\ta\u3000photo\n", new[] { 320, 1125 })]
    public void Tokenize_Clip_GivesThePublishedIds(string text, int[] ids) =>
        Assert.Equal([ClipVocabulary.Begin, .. ids, ClipVocabulary.End], Ids(Clip(), text));

    [Fact]
    public void Tokenize_MoreThanFits_KeepsTheBeginningAndBothMarks()
    {
        JsonTokenizer tokenizer = Clip(maxTokens: 5);
        Assert.Equal([ClipVocabulary.Begin, 320, 1125, 539, ClipVocabulary.End], Ids(tokenizer, "a photo of a cat"));
    }

    [Fact]
    public void Tokenize_SpecialTokensThatAreSpeltOut_AreText()
    {
        int[] ids = Ids(Clip(), "a cat<|endoftext|>a");
        Assert.Equal(1, ids.Count(id => id == ClipVocabulary.End));
        Assert.Equal(1, ids.Count(id => id == ClipVocabulary.Begin));
    }

    [Theory]
    [InlineData("""{"type":"WordPiece","unk_token":"[U]","vocab":{"[U]":0,"[C]":1,"a":2}}""")]
    [InlineData("""{"type":"BPE","unk_token":"[U]","fuse_unk":true,"ignore_merges":true,"vocab":{"[U]":0,"[C]":1,"a":2},"merges":[]}""")]
    [InlineData("""{"type":"Unigram","unk_id":0,"vocab":[["[U]",0],["[C]",0],["a",-9]]}""")]
    public void Tokenize_WordThatIsASpecialToken_IsUnknownInEveryModel(string model)
    {
        JsonTokenizer tokenizer = Write(new JsonObject
        {
            ["added_tokens"] = JsonNode.Parse("""[{"id":0,"content":"[U]","special":true},{"id":1,"content":"[C]","special":true}]"""),
            ["pre_tokenizer"] = JsonNode.Parse("""{"type":"WhitespaceSplit"}"""),
            ["model"] = JsonNode.Parse(model),
        });
        Assert.Equal([2, 0, 2], Ids(tokenizer, "a [C] a"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    public void Tokenize_NothingToRead_GivesNoTokens(string text) => Assert.Empty(Ids(Clip(), text));

    // transformers/tests/models/clip/test_tokenization_clip.py
    [Fact]
    public void Tokenize_VocabularyOfTransformersTests_GivesItsIds()
    {
        string[] vocabulary = ["l", "o", "w", "e", "r", "s", "t", "i", "d", "n", "lo", "l</w>", "w</w>", "r</w>", "t</w>", "low</w>", "er</w>", "lowest</w>", "newer</w>", "wider", "<unk>"];
        JsonTokenizer tokenizer = Write(new JsonObject
        {
            ["pre_tokenizer"] = JsonNode.Parse("""{"type":"WhitespaceSplit"}"""),
            ["model"] = Bpe(vocabulary, "<unk>", "l o", "lo w</w>", "e r</w>").With("end_of_word_suffix", "</w>"),
        });
        Assert.Equal([10, 2, 16, 9, 3, 2, 16], Ids(tokenizer, "lower newer"));
        Assert.Equal([20, 1, 12, 20], Ids(tokenizer, "xow y"));
    }

    [Fact]
    public void Tokenize_UnknownOnesInARow_AreFusedOnlyWhereTheFileSaysSo()
    {
        JsonObject model = Bpe(["<unk>", "a"], "<unk>");
        Assert.Equal([0, 0, 1, 0], Ids(Write(new JsonObject { ["model"] = model.DeepClone() }), "xyax"));
        Assert.Equal([0, 1, 0], Ids(Write(new JsonObject { ["model"] = model.With("fuse_unk", true) }), "xyax"));
    }

    [Fact]
    public void Tokenize_ByteFallback_SpellsWhatTheVocabularyLacks()
    {
        string[] vocabulary = ["<unk>", "a", .. Enumerable.Range(0, 256).Select(b => $"<0x{b:X2}>")];
        JsonTokenizer tokenizer = Write(new JsonObject { ["model"] = Bpe(vocabulary, "<unk>").With("byte_fallback", true) });
        Assert.Equal([1, 2 + 0xC3, 2 + 0xA9, 1], Ids(tokenizer, "aéa"));
    }

    [Fact]
    public void Tokenize_Unigram_TakesTheMostProbableSplit()
    {
        JsonTokenizer tokenizer = Write(new JsonObject
        {
            ["pre_tokenizer"] = JsonNode.Parse("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"always"}"""),
            ["model"] = JsonNode.Parse("""{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0],["▁",-3],["▁he",-4],["ll",-5],["o",-4],["llo",-8.5],["h",-9],["e",-9],["▁hello",-14]]}"""),
        });

        // ▁he + llo = −12.5, ▁he + ll + o = −13, ▁hello = −14.
        Assert.Equal([2, 5], Ids(tokenizer, "hello"));
        Assert.Equal([2, 3, 0, 2, 4], Ids(tokenizer, "hell☃☂ heo"));
    }

    [Fact]
    public void Tokenize_WordPiece_TakesTheLongestPiecesAndGivesUpOnAWord()
    {
        string vocabulary = """{"[UNK]":0,"un":1,"##aff":2,"##able":3,"runn":4,"##ing":5,"企":6,"cafe":7,",":8}""";
        JsonTokenizer tokenizer = Write(new JsonObject
        {
            ["normalizer"] = JsonNode.Parse("""{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true}"""),
            ["pre_tokenizer"] = JsonNode.Parse("""{"type":"BertPreTokenizer"}"""),
            ["model"] = new JsonObject { ["type"] = "WordPiece", ["unk_token"] = "[UNK]", ["vocab"] = JsonNode.Parse(vocabulary) },
        });
        Assert.Equal([1, 2, 3, 4, 5, 8, 0, 6, 6, 7], Ids(tokenizer, "UNaffable running, runner 企企 Café"));
    }

    [Fact]
    public void Tokenize_AddedTokensThatAreNotSpecial_AreFoundInTheText()
    {
        JsonTokenizer tokenizer = Write(new JsonObject
        {
            ["added_tokens"] = JsonNode.Parse("""[{"id":7,"content":"<b>","special":false},{"id":8,"content":"<bb>","special":false},{"id":9,"content":"<s>","special":true}]"""),
            ["model"] = Bpe(["<unk>", "a"], "<unk>").With("fuse_unk", true),
        });
        Assert.Equal([1, 7, 1, 8, 0], Ids(tokenizer, "a<b>a<bb><s>"));
    }

    // Words at code points beyond U+FFFF: 𝒳 is a letter to \p{L}, 𝟙 a number.
    [Fact]
    public void Tokenize_LettersBeyondTheFirstPlane_AreLetters()
    {
        string[] vocabulary = ["<unk>", "a", "𝒳", "𝟙", "a𝒳"];
        JsonTokenizer tokenizer = Write(new JsonObject
        {
            ["pre_tokenizer"] = JsonNode.Parse("""{"type":"Split","pattern":{"Regex":"\\p{L}+|\\p{N}"},"behavior":"Removed","invert":true}"""),
            ["model"] = Bpe(vocabulary, "<unk>", "a 𝒳"),
        });
        Assert.Equal([4, 3, 3, 1], Ids(tokenizer, "a𝒳𝟙𝟙 ☃ a"));
    }

    [Theory]
    [InlineData("Removed", new[] { 1, 2 })]
    [InlineData("Isolated", new[] { 1, 3, 3, 2 })]
    [InlineData("MergedWithPrevious", new[] { 4, 3, 2 })]
    [InlineData("MergedWithNext", new[] { 1, 3, 5 })]
    public void Tokenize_SplitBehaviors_PutSeparatorsWhereTheySay(string behavior, int[] ids)
    {
        JsonTokenizer tokenizer = Write(new JsonObject
        {
            ["pre_tokenizer"] = new JsonObject { ["type"] = "Split", ["pattern"] = new JsonObject { ["String"] = "-" }, ["behavior"] = behavior, ["invert"] = false },
            ["model"] = Bpe(["<unk>", "a", "b", "-", "a-", "-b"], "<unk>", "a -", "- b"),
        });
        Assert.Equal(ids, Ids(tokenizer, "a--b"));
    }

    [Theory]
    [InlineData("""{"model":{"type":"BPE","unk_token":"<unk>","vocab":{"a":0},"merges":[]}}""", "model.unk_token", "'<unk>', which the vocabulary lacks")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[]}}""", "model.unk_token", "is missing")]
    [InlineData("""{"model":{"type":"BPE","unk_token":"a","vocab":{"a":0,"b":1},"merges":["a b"]}}""", "model.merges[0]", "'ab'")]
    [InlineData("""{"model":{"type":"BPE","unk_token":"a","vocab":{"a":0},"merges":["a b c"]}}""", "model.merges[0]", "two pieces")]
    [InlineData("""{"model":{"type":"BPE","unk_token":"a","byte_fallback":true,"vocab":{"a":0},"merges":[]}}""", "model.byte_fallback", "<0x00>")]
    [InlineData("""{"model":{"type":"Unigram","vocab":[["a",0]]}}""", "model.unk_id", "is missing")]
    [InlineData("""{"model":{"type":"Unigram","unk_id":1,"vocab":[["a",0]]}}""", "model.unk_id", "ids from 0 to 0")]
    [InlineData("""{"model":{"type":"WordLevel","vocab":{"a":0}}}""", "model.type", "WordLevel")]
    [InlineData("""{"normalizer":{"type":"Nmt"},"model":{"type":"Unigram","unk_id":0,"vocab":[["a",0]]}}""", "normalizer.type", "'Nmt'")]
    [InlineData("""{"pre_tokenizer":{"type":"Digits"},"model":{"type":"Unigram","unk_id":0,"vocab":[["a",0]]}}""", "pre_tokenizer.type", "'Digits'")]
    [InlineData("""{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"("},"behavior":"Removed"},"model":{"type":"Unigram","unk_id":0,"vocab":[["a",0]]}}""", "pre_tokenizer.pattern.Regex", "regular expression")]
    [InlineData("""{"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"x"}}],"special_tokens":{}},"model":{"type":"Unigram","unk_id":0,"vocab":[["a",0]]}}""", "post_processor.special_tokens.x", "is missing")]
    [InlineData("{}", "model", "is missing")]
    [InlineData("[]", null, "is not a JSON object")]
    [InlineData("{", null, "is not JSON")]
    public void Read_PartThatIsWrongOrUnknown_IsNamed(string json, string? key, string problem)
    {
        string path = Path.Combine(_folder, "tokenizer.json");
        File.WriteAllText(path, json);
        InvalidBundleException e = Assert.Throws<InvalidBundleException>(() => new JsonTokenizer(path, 16));
        Assert.Equal((path, key), (e.Path, e.Key));
        Assert.Contains(problem, e.Problem);
    }

    [Fact]
    public void Read_NoRoomBetweenTheMarks_IsAnError()
    {
        Clip();
        Assert.Contains("'maxTokens' = 2", Assert.Throws<InvalidBundleException>(() => new JsonTokenizer(Path.Combine(_folder, "tokenizer.json"), 2)).Message);
    }

    private static int[] Ids(JsonTokenizer tokenizer, string text) => [.. tokenizer.Tokenize(text).Select(t => t.Id)];

    private static JsonObject Bpe(string[] vocabulary, string unknown, params string[] merges) => new()
    {
        ["type"] = "BPE",
        ["unk_token"] = unknown,
        ["vocab"] = new JsonObject(vocabulary.Select((token, id) => KeyValuePair.Create(token, (JsonNode?)id))),
        ["merges"] = new JsonArray([.. merges.Select(m => (JsonNode)m)]),
    };

    private JsonTokenizer Clip(int maxTokens = 77)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "source"));
        ClipVocabulary.Write(Path.Combine(_folder, "source"));
        File.WriteAllText(Path.Combine(_folder, "source", "config.json"), """{"model_type":"clip"}""");
        return new JsonTokenizer(TokenizerFiles.Collect(new ModelFolder(Path.Combine(_folder, "source"), "fp32"), _folder), maxTokens);
    }

    private JsonTokenizer Write(JsonObject json)
    {
        string path = Path.Combine(_folder, "tokenizer.json");
        File.WriteAllText(path, json.ToJsonString());
        return new JsonTokenizer(path, 64);
    }
}
