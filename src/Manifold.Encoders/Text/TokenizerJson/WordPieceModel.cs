namespace Manifold.Encoders;

/// <summary>
/// WordPiece (Devlin et al., "BERT", 2019): the longest piece of the vocabulary that the rest of the word begins with, again and again. A word for
/// which that fails is unknown as a whole.
/// </summary>
internal sealed class WordPieceModel : TokenModel
{
    private readonly Dictionary<string, int> _vocabulary;
    private readonly string _continuingPrefix;
    private readonly int _unknown;
    private readonly int _maxCharacters;

    private WordPieceModel(JsonSetting model, IReadOnlySet<string> special)
    {
        _vocabulary = ReadVocabulary(model["vocab"]);
        _unknown = ReadUnknown(model, _vocabulary) ?? throw new InvalidBundleException(model.File, $"{model.Key}.unk_token", "is missing: a word that the vocabulary lacks would have no token");
        _continuingPrefix = model.Find("continuing_subword_prefix")?.Text() ?? "##";
        _maxCharacters = model.Find("max_input_chars_per_word")?.Whole() ?? 100;
        GreatestId = _vocabulary.Values.Max();
        foreach (string token in special)
            _vocabulary.Remove(token);
    }

    public override int GreatestId { get; }

    public static new WordPieceModel Read(JsonSetting model, IReadOnlySet<string> special) => new(model, special);

    public override void Encode(string word, List<int> ids)
    {
        int before = ids.Count;
        if (word.EnumerateRunes().Count() > _maxCharacters || !TryEncode(word, ids))
        {
            ids.RemoveRange(before, ids.Count - before);
            ids.Add(_unknown);
        }
    }

    private bool TryEncode(string word, List<int> ids)
    {
        for (int at = 0; at < word.Length;)
        {
            int end = word.Length, id = 0;
            while (end > at && !_vocabulary.TryGetValue($"{(at > 0 ? _continuingPrefix : "")}{word.AsSpan(at, end - at)}", out id))
                end--;
            if (end == at)
                return false;
            ids.Add(id);
            at = end;
        }

        return true;
    }
}
