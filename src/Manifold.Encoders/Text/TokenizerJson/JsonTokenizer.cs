using System.Text;

namespace Manifold.Encoders;

/// <summary>
/// A tokenizer that a <c>tokenizer.json</c> describes, the format of Hugging Face's <c>tokenizers</c>: normalise, cut into words, split each word
/// into the vocabulary's pieces (<see cref="BpeModel"/>, <see cref="UnigramModel"/>), truncate, and put the begin and end tokens around.
/// docs/bundle.md says which parts of the format are read; a part that is not is an error, never passed over.
/// </summary>
/// <remarks>
/// Microsoft.ML.Tokenizers has no reader for this format, takes a SentencePiece vocabulary from its own file only, knows no byte fallback in BPE,
/// and cuts words by UTF-16 units. Special tokens that a text spells out are text here: content must not steer the model.
/// </remarks>
internal sealed class JsonTokenizer : ITextTokenizer
{
    private readonly TextStep _normalize;
    private readonly SplitStep _split;
    private readonly AddedTokens _added;
    private readonly TokenModel _model;
    private readonly TokenTemplate _template;
    private readonly int _room;
    private readonly int _greatestId;

    /// <param name="file">The <c>tokenizer.json</c>.</param>
    /// <param name="maxTokens">The most tokens of a text, begin and end tokens among them.</param>
    /// <exception cref="InvalidBundleException">The file is damaged or has a part that is not known here; names the key.</exception>
    public JsonTokenizer(string file, int maxTokens)
    {
        JsonSetting json = JsonSetting.Read(file);
        _added = AddedTokens.Read(json.Find("added_tokens"));
        _model = TokenModel.Read(json["model"], _added.Special);
        _normalize = Normalizers.Read(json.Find("normalizer"));
        _split = PreTokenizers.Read(json.Find("pre_tokenizer"));
        _template = TokenTemplate.Read(json.Find("post_processor"));
        _room = maxTokens - _template.Count;
        if (_room < 1)
            throw json.Wrong($"puts {_template.Count} tokens around a text, which leaves none of 'maxTokens' = {maxTokens} for the text");
        _greatestId = Math.Max(Math.Max(_model.GreatestId, _added.GreatestId), _template.GreatestId);
    }

    public TokenWeight[] Tokenize(string text)
    {
        var ids = new List<int>();
        foreach ((string part, int? added, bool first) in _added.Split(WellFormed(text)))
        {
            if (added is { } id)
                ids.Add(id);
            else
                Append(part, first, ids);
            if (ids.Count >= _room)
                break;
        }

        return ids.Count == 0 ? [] : Around(ids.Take(_room));
    }

    public (TokenWeight[] Longer, TokenWeight[] Shorter) Probe() => (Around(Enumerable.Repeat(_greatestId, Math.Min(2, _room))), Around([_greatestId]));

    private void Append(string part, bool first, List<int> ids)
    {
        foreach (string word in _split([_normalize(part)], first))
        {
            if (ids.Count >= _room)
                return;
            _model.Encode(word, ids);
        }
    }

    private TokenWeight[] Around(IEnumerable<int> ids) => [.. _template.Around(ids).Select(id => new TokenWeight(id, 1))];

    /// <summary>An unpaired surrogate is U+FFFD, as everywhere.</summary>
    private static string WellFormed(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
                i++;
            else
                return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        }

        return text;
    }
}
