using System.Text.Json;
using System.Text.Json.Nodes;

namespace Manifold.Encoders;

/// <summary>
/// Gets a model's <c>tokenizer.json</c>: the file itself, or, for models of before that format, one that says the same as their <c>vocab.json</c> and
/// <c>merges.txt</c>, or their SentencePiece model.
/// </summary>
internal static class TokenizerFiles
{
    private const string Json = "tokenizer.json", Vocabulary = "vocab.json", Merges = "merges.txt";

    private static readonly string[] SentencePieceNames = ["spiece.model", "sentencepiece.bpe.model", "tokenizer.model"];

    /// <returns>The path of <c>tokenizer.json</c> in <paramref name="work"/>.</returns>
    /// <exception cref="InvalidBundleException">There is no tokenizer, or one that cannot be converted.</exception>
    public static string Collect(ModelFolder source, string work)
    {
        string target = Path.Combine(work, Json);
        if (source.PathOf(Json) is { } json)
            File.Copy(json, target);
        else if (source.PathOf(Vocabulary) is { } vocabulary && source.PathOf(Merges) is { } merges)
            Write(target, BytePairs(source, vocabulary, merges));
        else if (SentencePieceNames.Select(source.PathOf).FirstOrDefault(p => p is not null) is { } pieces)
            Write(target, SentencePieceModel.Read(pieces).ToTokenizer(canonicalize: source.ModelType == "siglip"));
        else
            throw new InvalidBundleException(Path.Combine(source.Path, Json), null, $"is not there, nor are {Vocabulary} and {Merges}, nor {string.Join(" or ", SentencePieceNames)}");
        return target;
    }

    /// <summary>A special token as <c>added_tokens</c> lists it.</summary>
    public static JsonObject AddedToken(int id, string content, bool special) => new()
    {
        ["id"] = id,
        ["content"] = content,
        ["single_word"] = false,
        ["lstrip"] = false,
        ["rstrip"] = false,
        ["normalized"] = false,
        ["special"] = special,
    };

    /// <summary>CLIP's or RoBERTa's byte-level BPE, told apart by the begin token that the vocabulary has.</summary>
    private static JsonObject BytePairs(ModelFolder source, string vocabularyFile, string mergesFile)
    {
        JsonSetting vocabulary = JsonSetting.Read(vocabularyFile);
        bool clip = vocabulary.Find("<|startoftext|>") is not null;
        string begin = clip ? "<|startoftext|>" : "<s>", end = clip ? "<|endoftext|>" : "</s>";
        if (vocabulary.Find(begin) is not { } beginId || vocabulary.Find(end) is not { } endId)
            throw new InvalidBundleException(vocabularyFile, null, "has neither '<|startoftext|>' and '<|endoftext|>' (CLIP) nor '<s>' and '</s>' (RoBERTa)");
        string unknown = source.Find("tokenizer_config.json")?.Find("unk_token") is not { } setting ? (clip ? end : "<unk>") : setting.IsText ? setting.Text() : setting["content"].Text();
        if (vocabulary.Find(unknown) is null)
            throw new InvalidBundleException(vocabularyFile, null, $"lacks the unknown token, '{unknown}'");

        HashSet<string> special = [begin, end, unknown, "<pad>", "<mask>"];
        return new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray([.. vocabulary.Members().Where(m => special.Contains(m.Name)).Select(m => AddedToken(m.Value.Whole(), m.Name, special: true))]),
            ["normalizer"] = clip ? JsonNode.Parse("""{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Replace","pattern":{"Regex":"\\s+"},"content":" "},{"type":"Lowercase"}]}""") : null,
            ["pre_tokenizer"] = JsonNode.Parse(clip
                ? """{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+"},"behavior":"Removed","invert":true},{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true}]}"""
                : """{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true}"""),
            ["post_processor"] = new JsonObject
            {
                ["type"] = "RobertaProcessing",
                ["sep"] = new JsonArray(end, endId.Whole()),
                ["cls"] = new JsonArray(begin, beginId.Whole()),
                ["trim_offsets"] = true,
                ["add_prefix_space"] = false,
            },
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["unk_token"] = unknown,
                ["end_of_word_suffix"] = clip ? "</w>" : "",
                ["vocab"] = new JsonObject(vocabulary.Members().Select(m => KeyValuePair.Create(m.Name, (JsonNode?)m.Value.Whole()))),
                ["merges"] = new JsonArray([.. File.ReadLines(mergesFile).Where((line, i) => line.Length > 0 && !(i == 0 && line.StartsWith("#version", StringComparison.Ordinal))).Select(line => (JsonNode)line)]),
            },
        };
    }

    private static void Write(string path, JsonObject tokenizer) =>
        File.WriteAllText(path, tokenizer.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
}
