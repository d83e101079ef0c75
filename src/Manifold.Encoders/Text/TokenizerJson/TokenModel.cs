namespace Manifold.Encoders;

/// <summary>A vocabulary and how a word is split into its pieces. Immutable and thread-safe.</summary>
internal abstract class TokenModel
{
    /// <summary>The greatest id of the vocabulary.</summary>
    public abstract int GreatestId { get; }

    /// <param name="model">The key <c>model</c>.</param>
    /// <param name="special">What is in the vocabulary, but never found in a text.</param>
    public static TokenModel Read(JsonSetting model, IReadOnlySet<string> special)
    {
        // Old files leave the type out; only Unigram's vocabulary is a list.
        string type = model.Find("type")?.Text() ?? (model.Find("merges") is null ? "Unigram" : "BPE");
        return type switch
        {
            "BPE" => BpeModel.Read(model, special),
            "Unigram" => UnigramModel.Read(model, special),
            "WordPiece" => WordPieceModel.Read(model, special),
            _ => throw model["type"].Wrong($"is '{type}'; BPE, Unigram and WordPiece are known here"),
        };
    }

    /// <summary>Appends the ids of a word.</summary>
    public abstract void Encode(string word, List<int> ids);

    /// <summary>The ids of <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c>, which stand for the bytes of what the vocabulary lacks.</summary>
    protected static int[] ReadBytes(JsonSetting model, IReadOnlyDictionary<string, int> vocabulary)
    {
        int[] ids = new int[256];
        for (int b = 0; b < ids.Length; b++)
        {
            if (!vocabulary.TryGetValue($"<0x{b:X2}>", out ids[b]))
                throw model["byte_fallback"].Wrong($"is true, but the vocabulary lacks '<0x{b:X2}>'");
        }

        return ids;
    }

    protected static Dictionary<string, int> ReadVocabulary(JsonSetting vocabulary)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach ((string token, JsonSetting id) in vocabulary.Members())
        {
            int number = id.Whole();
            if (number < 0)
                throw id.Wrong("must not be negative");
            ids[token] = number;
        }

        return ids.Count > 0 ? ids : throw vocabulary.Wrong("is empty");
    }

    /// <summary>The id of the unknown token that <c>unk_token</c> names, or null where it names none.</summary>
    protected static int? ReadUnknown(JsonSetting model, Dictionary<string, int> vocabulary)
    {
        if (model.Find("unk_token") is not { } unknown || unknown.Text().Length == 0)
            return null;
        return vocabulary.TryGetValue(unknown.Text(), out int id) ? id : throw unknown.Wrong($"is '{unknown.Text()}', which the vocabulary lacks");
    }
}
